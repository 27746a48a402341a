#!/usr/bin/perl
# mount(2) and umount2(2) for the engine, without a fork for each: one request a line on standard input, one answer a line.
#
#   perl mount-helper.pl ARCH          ARCH is x64 or arm64; ends at end of file
#     in:  ID <tab> mount <tab> CWD <tab> SOURCE <tab> TARGET <tab> TYPE <tab> FLAGS <tab> DATA
#          ID <tab> umount <tab> TARGET <tab> FLAGS
#     out: ID <tab> ok     or     ID <tab> ERRNO <tab> TEXT
# Fields carry %XX escapes for tab, line feed and "%". Only perl-base is needed.
use strict;
use warnings;

my ($arch) = @ARGV;
my %NR = %{ { x64 => { mount => 165, umount => 166 }, arm64 => { mount => 40, umount => 39 } }->{$arch} };
$0 = 'tsc-mount-helper';
$SIG{$_} = 'IGNORE' for qw(HUP INT TERM);
$| = 1;

while (my $line = <STDIN>) {
  chomp $line;
  my ($id, $call, @fields) = map { s/%([0-9A-F]{2})/chr hex $1/ger } split /\t/, $line, -1;
  my $result;
  if ($call eq 'mount') {
    my ($folder, $source, $target, $type, $flags, $data) = @fields;
    $result = chdir($folder) ? syscall($NR{mount}, $source, $target, $type, $flags + 0, $data) : -1;
  } else {
    my ($target, $flags) = @fields;
    $result = syscall $NR{umount}, $target, $flags + 0;
  }
  print $result == 0 ? "$id\tok\n" : "$id\t" . ($! + 0) . "\t$!\n";
  chdir '/';
}
