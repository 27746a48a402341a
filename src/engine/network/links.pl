#!/usr/bin/perl
# Makes and removes network links without a process per step: one setns(2) and a few netlink messages a container.
#
#   perl links.pl ARCH        ARCH is x64 or arm64
#
# Standard input: jobs of lines, words separated by blanks; standard output: one line a job. End of input ends it.
#   job ID [force]                              force: a failed line does not stop the job
#   bridge NAME ADDRESS/LENGTH MAC MTU ALIAS    made if it is missing; up, without IPv6, may route 127.0.0.0/8
#   netns NAME                                  /run/netns/NAME, loopback up, IPv6 on loopback alone, Docker's sysctls
#   veth NAME BRIDGE NETNS DEVICE MAC MTU       one end in BRIDGE, the other in NETNS, both up
#   port NAME HAIRPIN ISOLATED                  0 or 1: frames may leave by the port they came in; no other port is reached
#   master NAME BRIDGE                          puts a port back into its bridge; of both, a port that is gone is no error
#   address NETNS DEVICE ADDRESS/LENGTH BROADCAST
#   route NETNS DEVICE GATEWAY                  replaces the default route
#   unlink NAME...                              all at once; missing ones are no error
#   unnetns NAME...                             likewise
#   end                                         answers `ID ok` or `ID error LINE: TEXT`
# Only perl-base is needed; no module is loaded.
use strict;
use warnings;

my ($arch) = @ARGV;
my %NR = %{ {
  x64   => { mount => 165, umount2 => 166, unshare => 272, setns => 308, prctl => 157 },
  arm64 => { mount => 40,  umount2 => 39,  unshare => 97,  setns => 268, prctl => 167 },
}->{$arch} };
use constant { CLONE_NEWNET => 0x40000000, MNT_DETACH => 2, MS_BIND => 0x1000, MS_REC => 0x4000, MS_SHARED => 0x100000 };
use constant { NEWLINK => 16, DELLINK => 17, GETLINK => 18, NEWADDR => 20, NEWROUTE => 24 };
use constant { REQUEST_ACK => 5, REPLACE => 0x100, EXCL => 0x200, CREATE => 0x400, UP => 1 };
use constant { ENOENT => 2, EEXIST => 17, ENODEV => 19, EINVAL => 22 };
my $NETNS = '/run/netns';
my $errno = 0;    # of the last netlink answer that was an error
my $we_mounted = 0;

call('prctl', 1, 9, 0, 0, 0);    # PR_SET_PDEATHSIG: nothing goes on when the engine is killed and the next one cleans up
open my $home, '<', '/proc/self/ns/net' or die "cannot open the network namespace: $!\n";
my $host = netlink_socket();
my %inside;    # namespace name => netlink socket in it, for one job
my %VERBS = (
  bridge => \&bridge, netns => \&netns, veth => \&veth, port => \&port, master => \&master, address => \&address,
  route => \&route, unlink => \&unlink_links, unnetns => \&unlink_netns,
);

$| = 1;
my ($id, $force, $error);
while (defined(my $line = <STDIN>)) {
  chomp $line;
  my ($verb, @words) = split / /, $line;
  if ($verb eq 'job') {
    ($id, $force, $error) = (@words, '', '');
    $error = '';
  } elsif ($verb eq 'end') {
    %inside = ();
    print $error eq '' ? "$id ok\n" : "$id error $error\n";
  } elsif ($error eq '' || $force) {
    eval { ($VERBS{$verb} || die "unknown verb\n")->(@words); 1 } or do {
      my $text = $@;
      $text =~ s/\s+/ /g;
      enter($home);
      $error = "$line: $text" if $error eq '';
    };
  }
}

sub bridge {
  my ($name, $address, $mac, $mtu, $alias) = @_;
  my $made = try($host, NEWLINK, CREATE | EXCL,
    link_body(0, 0, 0, attr(3, "$name\0") . attr(1, mac($mac)) . attr(4, pack 'L', $mtu) . attr(18, attr(1, 'bridge'))));
  fail() unless $made || $errno == EEXIST;
  my $index = index_of($host, $name);
  talk($host, NEWLINK, 0, link_body($index, 0, 0, attr(20, $alias)));
  write_file("/proc/sys/net/ipv6/conf/$name/disable_ipv6", '1') if -e '/proc/sys/net/ipv6';
  write_file("/proc/sys/net/ipv4/conf/$name/route_localnet", '1');
  add_address($host, $index, $address);
  talk($host, NEWLINK, 0, link_body($index, UP, UP, ''));
}

sub netns {
  my ($name) = @_;
  if (!-d $NETNS) { mkdir $NETNS or die "cannot make $NETNS: $!\n" }
  if (!call('mount', '', $NETNS, 'none', MS_SHARED | MS_REC, 0)) {
    die "cannot share $NETNS: $!\n" unless $! == EINVAL;
    call('mount', $NETNS, $NETNS, 'none', MS_BIND | MS_REC, 0) or die "cannot mount $NETNS: $!\n";
    call('mount', '', $NETNS, 'none', MS_SHARED | MS_REC, 0) or die "cannot share $NETNS: $!\n";
    $we_mounted = 1;
  }
  sysopen my $file, "$NETNS/$name", 0300 or die "cannot make $NETNS/$name: $!\n";    # O_CREAT | O_EXCL
  close $file;
  call('unshare', CLONE_NEWNET) or die "cannot make a network namespace: $!\n";
  my $mounted = call('mount', '/proc/self/ns/net', "$NETNS/$name", 'none', MS_BIND, 0);
  my $why = "$!";
  if ($mounted) {
    $inside{$name} = netlink_socket();
    write_file('/proc/sys/net/ipv6/conf/default/disable_ipv6', '1') if -e '/proc/sys/net/ipv6';
    write_file('/proc/sys/net/ipv4/ip_unprivileged_port_start', '0');
    write_file('/proc/sys/net/ipv4/ping_group_range', '0 2147483647');
  }
  enter($home);
  if (!$mounted) {
    unlink "$NETNS/$name";
    die "cannot mount $NETNS/$name: $why\n";
  }
  talk($inside{$name}, NEWLINK, 0, link_body(index_of($inside{$name}, 'lo'), UP, UP, ''));
}

sub veth {
  my ($name, $bridge, $netns, $device, $mac, $mtu) = @_;
  open my $file, '<', "$NETNS/$netns" or die "cannot open $NETNS/$netns: $!\n";
  my $size = attr(4, pack 'L', $mtu);
  my $peer = link_body(0, 0, 0, attr(3, "$device\0") . attr(1, mac($mac)) . $size . attr(28, pack 'L', fileno $file));
  my $pair = attr(18, attr(1, 'veth') . attr(2, attr(1, $peer)));
  my $master = attr(10, pack 'L', index_of($host, $bridge));
  talk($host, NEWLINK, CREATE | EXCL, link_body(0, UP, UP, attr(3, "$name\0") . $size . $master . $pair));
  $inside{$netns} ||= socket_in($file);
  talk($inside{$netns}, NEWLINK, 0, link_body(index_of($inside{$netns}, $device), UP, UP, ''));
}

sub port {
  my ($name, $hairpin, $isolated) = @_;
  my $index = port_index($name) // return;
  my $flags = attr(4, pack 'C', $hairpin) . attr(33, pack 'C', $isolated);
  talk($host, NEWLINK, 0, link_body($index, 0, 0, attr(18, attr(4, 'bridge') . attr(5, $flags))));
}

sub master {
  my ($name, $bridge) = @_;
  my $index = port_index($name) // return;
  my $master = attr(10, pack 'L', index_of($host, $bridge));
  talk($host, NEWLINK, 0, link_body($index, UP, UP, $master));
}

# Undefined when the port is gone: it goes by itself some time after the namespace of its container.
sub port_index {
  my ($name) = @_;
  my $index = eval { index_of($host, $name) };
  return $index if defined $index;
  die $@ if $errno != ENODEV;
  return undef;
}

sub address {
  my ($netns, $device, $address, $broadcast) = @_;
  my $socket = in_netns($netns);
  add_address($socket, index_of($socket, $device), $address, $broadcast);
}

sub route {
  my ($netns, $device, $gateway) = @_;
  my $socket = in_netns($netns);
  my $body = pack('C8 L', 2, 0, 0, 0, 254, 3, 0, 1, 0) . attr(5, ip($gateway)) . attr(4, pack 'L', index_of($socket, $device));
  talk($socket, NEWROUTE, CREATE | REPLACE, $body);
}

# Links of one group go in one step, which costs one grace period of the kernel instead of one each.
sub unlink_links {
  my $group = 0x74000000 | $$;
  my $count = 0;
  for my $name (@_) {
    my $set = try($host, NEWLINK, 0, link_body(0, 0, 0, attr(3, "$name\0") . attr(27, pack 'L', $group)));
    fail() unless $set || $errno == ENODEV;
    $count++ if $set;
  }
  talk($host, DELLINK, 0, link_body(0, 0, 0, attr(27, pack 'L', $group))) if $count;
}

sub unlink_netns {
  for my $name (@_) {
    call('umount2', "$NETNS/$name", MNT_DETACH);    # not mounted: what is left is a plain file
    unlink "$NETNS/$name" or $! == ENOENT or die "cannot remove $NETNS/$name: $!\n";
  }
  return unless $we_mounted;
  opendir my $folder, $NETNS or return;
  return if grep { !/^\.\.?$/ } readdir $folder;
  closedir $folder;
  $we_mounted = 0 if call('umount2', $NETNS, 0);
}

sub add_address {
  my ($socket, $index, $address, $broadcast) = @_;
  my ($ip, $length) = split m{/}, $address;
  my $body = pack('C4 L', 2, $length, 0, 0, $index) . attr(2, ip($ip)) . attr(1, ip($ip));
  $body .= attr(4, ip($broadcast)) if defined $broadcast;
  fail() unless try($socket, NEWADDR, CREATE | EXCL, $body) || $errno == EEXIST;
}

sub index_of {
  my ($socket, $name) = @_;
  my $answer = talk($socket, GETLINK, 0, link_body(0, 0, 0, attr(3, "$name\0")));
  return unpack 'x20 L', $answer;
}

sub in_netns {
  my ($netns) = @_;
  return $inside{$netns} if $inside{$netns};
  open my $file, '<', "$NETNS/$netns" or die "cannot open $NETNS/$netns: $!\n";
  return $inside{$netns} = socket_in($file);
}

sub socket_in {
  my ($file) = @_;
  enter($file);
  my $socket = netlink_socket();
  enter($home);
  return $socket;
}

sub enter {
  my ($file) = @_;
  call('setns', fileno $file, CLONE_NEWNET) or die "cannot enter a network namespace: $!\n";
}

sub netlink_socket {
  socket my $socket, 16, 3, 0 or die "cannot open a netlink socket: $!\n";    # AF_NETLINK, SOCK_RAW, NETLINK_ROUTE
  setsockopt $socket, 270, 11, 1;    # SOL_NETLINK, NETLINK_EXT_ACK: errors come with a sentence
  return $socket;
}

# ifinfomsg (flags and the mask of flags to change) with its attributes
sub link_body { my ($index, $flags, $change, $attrs) = @_; return pack('C x S l L L', 0, 0, $index, $flags, $change) . $attrs }
sub attr { my ($type, $data) = @_; return pack('S S a*', 4 + length $data, $type, $data) . "\0" x (-length($data) & 3) }
sub mac { return pack 'H2' x 6, split /:/, $_[0] }
sub ip { return pack 'C4', split /\./, $_[0] }

# Sends one message; answers the last one that came before the acknowledgement, or '1' when none did.
sub talk {
  my $answer = try(@_);
  fail() unless $answer;
  return $answer;
}

my ($sequence, $sentence);

sub try {
  my ($socket, $type, $flags, $body) = @_;
  my $number = ++$sequence;
  my $message = pack('L S S L L', 16 + length $body, $type, REQUEST_ACK | $flags, $number, 0) . $body;
  defined(send $socket, $message, 0) or die "cannot send a netlink message: $!\n";
  my $found = '1';
  for (;;) {
    defined(recv $socket, my $data, 65536, 0) or die "cannot receive a netlink message: $!\n";
    while (length $data >= 16) {
      my ($length, $kind, $marks, $of) = unpack 'L S S L', $data;
      my $part = substr $data, 0, $length;
      substr($data, 0, ($length + 3) & ~3) = '';
      next if $of != $number;
      if ($kind != 2) { $found = $part; next }    # NLMSG_ERROR, which an acknowledgement is too
      $errno = -unpack('x16 l', $part);
      return $found if $errno == 0;
      $sentence = $marks & 0x200 ? extended_text($part, $marks) : '';
      return '';
    }
  }
}

# The kernel's own words, after the header of the refused message (and its body, unless NLM_F_CAPPED)
sub extended_text {
  my ($part, $marks) = @_;
  my $at = 20 + ($marks & 0x100 ? 16 : (unpack('x20 L', $part) + 3) & ~3);
  while ($at + 4 <= length $part) {
    my ($length, $type) = unpack 'S S', substr $part, $at, 4;
    return substr $part, $at + 4, $length - 5 if ($type & 0x3fff) == 1;
    $at += ($length + 3) & ~3 || last;
  }
  return '';
}

sub fail {
  local $! = $errno;
  die $sentence ? "$! ($sentence)\n" : "$!\n";
}

sub write_file {
  my ($path, $text) = @_;
  open my $file, '>', $path or die "cannot open $path: $!\n";
  syswrite $file, $text or die "cannot write $path: $!\n";
}

sub call {
  my ($name, @arguments) = @_;
  return syscall($NR{$name}, @arguments) == 0;
}
