#!/usr/bin/perl
# Parent of one container or one exec: it outlives the engine, so that output and exit status are never lost.
#
#   perl monitor.pl ARCH SOCKET        ARCH is x64 or arm64
# This is the nursery: it reads lines "ID CONFIG" on standard input, forks a monitor for each, and ends at end of file.
# A monitor connects to the UNIX socket, says "hello ID PID", and reads CONFIG, a file of key=value lines:
#     mode=run|exec     run: runtime create, wait for "start", runtime start; exec: runtime exec --detach
#     runtime, runtime_root, id, bundle, process, pid_file, tty=0|1, stdin=0|1, hide_unified=0|1
#     run only: log, log_max_size (0: no rotation), log_max_files, exit_file, oom_file, control (the FIFO to make),
#                       groups (folders of its control groups, with colons between)
#
# It answers lines: "created PID", then "started" (or "failed TEXT" with %XX escapes, and it ends). Between the two it
# waits, in mode run, for the line "start"; end of file deletes the container again.
# After "started", run: everything goes on without the engine; input comes as frames through the control FIFO,
# output goes to the log. exec: input frames come and output frames go over the socket.
# A frame is: type (1 byte), length (4 bytes, big-endian), payload.
#   in:  0 input bytes, 1 end of input, 2 terminal size (rows, columns: 2 bytes each)
#   out: 1 stdout bytes, 2 stderr bytes, 3 exit status (decimal)
# Log line: RFC 3339 time with nanoseconds, stream, F (line ended here) or P (more of the line follows), bytes.
# Only perl-base is needed; no module is loaded, which keeps a monitor below 1 MB of memory of its own.
use strict;
use warnings;

my ($arch, $socket_path) = @ARGV;
my %NR = %{ {
  x64   => { mount => 165, umount2 => 166, unshare => 272, prctl => 157, recvmsg => 47,  clock_gettime => 228, mknodat => 259, setsid => 112 },
  arm64 => { mount => 40,  umount2 => 39,  unshare => 97,  prctl => 167, recvmsg => 212, clock_gettime => 113, mknodat => 33, setsid => 157 },
}->{$arch} };
use constant { EINTR => 4, EIO => 5, EAGAIN => 11, WNOHANG => 1, F_SETFL => 4, O_NONBLOCK => 2048, PIPE_BYTES => 65536 };

my $config_path = nursery();    # goes on here in each monitor
my %conf = read_config($config_path);
my ($folder) = $config_path =~ m{^(.*)/[^/]*$};
chdir $folder or fail("cannot enter $folder: $!");
$0 = "tsc-monitor $conf{id}";
write_file('monitor.pid', "$$\n");
$SIG{PIPE} = 'IGNORE';
$SIG{$_} = 'IGNORE' for qw(HUP INT TERM);
my ($child_read, $child_write) = new_pipe();
$SIG{CHLD} = sub { syswrite $child_write, 'c' };
call('prctl', 36, 1, 0, 0, 0);    # PR_SET_CHILD_SUBREAPER: an orphan of the runtime becomes our child

my ($input_r, $input_w, $out_r, $out_w, $err_r, $err_w, $console, $master);
if ($conf{tty}) {
  $console = listen_console();
} else {
  ($out_r, $out_w) = new_pipe();
  ($err_r, $err_w) = new_pipe();
  ($input_r, $input_w) = new_pipe() if $conf{stdin};
}

my $control = $conf{mode} eq 'exec' ? \*STDIN : undef;
if ($conf{control}) {
  unlink $conf{control};
  call('mknodat', -100, $conf{control}, 0x1180, 0) == 0 or fail("cannot make $conf{control}: $!");    # AT_FDCWD, S_IFIFO | 0600
  open $control, '+<', $conf{control} or fail("cannot open $conf{control}: $!");
}
my $pid = create();
print_line("created $pid");
if ($conf{mode} eq 'run') {
  my $answer = read_line(\*STDIN);
  if ($answer ne 'start') {
    delete_container();
    exit 1;
  }
  my ($status, $text) = begin();
  if ($status != 0) {
    delete_container();
    fail($text);
  }
}
print_line('started');
close $_ for grep { defined } $input_r, $out_w, $err_w;

if ($conf{mode} eq 'run') {
  open STDOUT, '>', '/dev/null';
  open STDIN,  '<', '/dev/null';
}
open STDERR, '>', '/dev/null';
nonblocking($_) for grep { defined } $out_r, $err_r, $input_w, $master, $control;

# ---- the loop: output to the log or the engine, input to the process, until the process has ended ----

my ($log, $log_size, $log_torn, $log_cut) = (undef, 0, 0, 0);
open_log() if $conf{mode} eq 'run';
my ($frames, $input, $input_ended, $control_open) = ('', '', 0, defined $control);
my $sink = $conf{tty} ? $master : $input_w;
my $status;
until (defined $status) {
  my ($r, $w) = ('', '');
  vec($r, fileno $_, 1) = 1 for grep { defined } $out_r, $err_r, $master, $child_read;
  vec($r, fileno $control, 1) = 1 if $control_open && length $input < PIPE_BYTES;
  vec($w, fileno $sink, 1) = 1 if defined $sink && length $input;
  next if select($r, $w, undef, undef) < 0;
  if (vec $r, fileno $child_read, 1) { sysread $child_read, my $drop, 4096; $status = reap() }
  pump(\$out_r, 'stdout') if defined $out_r && vec $r, fileno $out_r, 1;
  pump(\$err_r, 'stderr') if defined $err_r && vec $r, fileno $err_r, 1;
  pump(\$master, 'stdout') if defined $master && vec $r, fileno $master, 1;
  read_frames() if $control_open && vec $r, fileno $control, 1;
  feed() if defined $sink && length $input;
}
for my $end (\$out_r, \$err_r, \$master) { 1 while defined $$end && pump($end, $end == \$err_r ? 'stderr' : 'stdout') }

if ($conf{mode} eq 'exec') { frame(3, $status); exit 0 }
my $finished = timestamp();
my $oom = oom_killed();
delete_container();
write_file($conf{exit_file}, "$status $finished $oom\n");
exit 0;

# ---- starting ----

# Forking from a small process that has read this script costs a twentieth of what the engine would pay to start perl.
sub nursery {
  $0 = 'tsc-monitor-nursery';
  $SIG{$_} = 'IGNORE' for qw(HUP INT TERM CHLD);
  while ((my $line = read_line(\*STDIN)) ne '') {
    my $child = fork;
    if (defined $child && $child == 0) {
      call('setsid');
      $SIG{CHLD} = 'DEFAULT';
      my ($id, $path) = split / /, $line, 2;
      socket my $socket, 1, 1, 0 or exit 1;
      connect $socket, pack('S a*', 1, "$socket_path\0") or exit 1;
      open STDIN,  '<&', $socket;
      open STDOUT, '>&', $socket;
      print_line("hello $id $$");
      return $path;
    }
  }
  exit 0;
}

sub create {
  my @how = $conf{mode} eq 'run' ? ('create', '--bundle', $conf{bundle}) : ('exec', '--detach', '--process', $conf{process});
  push @how, '--console-socket', 'console.sock' if $conf{tty};
  my ($status, $text) = runtime(@how, '--pid-file', $conf{pid_file}, $conf{id});
  if ($status != 0) {
    runtime('delete', '--force', $conf{id}) if $conf{mode} eq 'run';
    fail($text);
  }
  $master = accept_console() if $conf{tty};
  open my $file, '<', $conf{pid_file} or fail("no pid file: $!");
  my $pid = <$file>;
  chomp $pid;
  return $pid;
}

# What `crun start` does: one byte into the FIFO that the container's init reads before it becomes the process. A process
# of crun costs 20 ms for it. Other runtimes, and a crun without that FIFO, are called.
sub begin {
  my $fifo = "$conf{runtime_root}/$conf{id}/exec.fifo";
  if ($conf{runtime} =~ m{/crun$} && -p $fifo && sysopen my $handle, $fifo, 1 | O_NONBLOCK) {
    my $before = readlink "/proc/$pid/exe";
    unlink $fifo;
    if (syswrite $handle, "\0") {
      await_exec($before);
      return (0, '');
    }
  }
  return runtime('start', $conf{id});
}

# Until it has become the process, the init ignores signals as every first process of a namespace does; a quarter of a
# second at most.
sub await_exec {
  my ($before) = @_;
  for (1 .. 250) {
    my $now = readlink "/proc/$pid/exe";
    return if !defined $now || !defined $before || $now ne $before;
    select undef, undef, undef, 0.001;
  }
}

# What `crun delete` does, once the processes have ended: the control groups and the runtime's folder. Whatever is not as
# expected is left to the runtime.
sub delete_container {
  my $folder = "$conf{runtime_root}/$conf{id}";
  if ($conf{runtime} =~ m{/crun$} && defined $status) {
    my $busy = grep { -d $_ && !rmdir $_ } split /:/, $conf{groups};
    if (!$busy && opendir my $entries, $folder) {
      unlink "$folder/$_" for grep { !/^\.\.?$/ } readdir $entries;
      return if rmdir $folder;
    }
  }
  runtime('delete', '--force', $conf{id});
}

# Runs the OCI runtime; answers its exit status and what it said.
sub runtime {
  my @args = @_;
  my $starts = $args[0] eq 'create' || $args[0] eq 'exec';
  unlink 'runtime.log';
  my $child = fork // fail("cannot fork: $!");
  if ($child == 0) {
    $SIG{$_} = 'DEFAULT' for qw(HUP INT TERM PIPE CHLD);
    if ($starts && !$conf{tty}) {
      defined $input_r ? open(STDIN, '<&', $input_r) : open(STDIN, '<', '/dev/null');
      open STDOUT, '>&', $out_w;
      open STDERR, '>&', $err_w;
    } else {
      open STDIN,  '<', '/dev/null';
      open STDOUT, '>', '/dev/null';
      open STDERR, '>>', 'runtime.log';
    }
    hide_unified() if $conf{hide_unified};
    exec { $conf{runtime} } $conf{runtime}, '--root', $conf{runtime_root}, '--log', 'runtime.log', @args;
    exit 127;
  }
  my $got;
  do { $got = waitpid $child, 0 } while $got < 0 && $! == EINTR;
  my $status = $? >> 8 || $? & 127;
  my $text = '';
  if ($status != 0) {
    if (open my $file, '<', 'runtime.log') { local $/; $text = <$file> // '' }
    if ($text eq '' && $starts && !$conf{tty}) { nonblocking($err_r); sysread $err_r, $text, 4096 }
  }
  return ($status, $text);
}

# crun before 1.9 refuses a hybrid host whose cgroup2 owns a controller: it is taken out of the child's view.
sub hide_unified {
  my ($none, $root, $unified, $empty) = ('none', '/', '/sys/fs/cgroup/unified', '');
  call('unshare', 0x20000);
  call('mount', $none, $root, $empty, 0x4000 | 0x80000, 0);
  call('umount2', $unified, 2);
}

# ---- terminals: the runtime sends the master end over a UNIX socket (SCM_RIGHTS) ----

sub listen_console {
  unlink 'console.sock';
  socket my $socket, 1, 1, 0 or fail("cannot make a console socket: $!");
  bind $socket, pack('S a*', 1, "console.sock\0") or fail("cannot bind a console socket: $!");
  listen $socket, 1;
  return $socket;
}

sub accept_console {
  accept my $peer, $console or fail("cannot accept the console: $!");
  my ($data, $space) = ("\0" x 4096, "\0" x 64);
  my $vector = pack 'P Q', $data, 4096;
  my $message = pack 'Q L x4 P Q P Q l x4', 0, 0, $vector, 1, $space, 64, 0;
  call('recvmsg', fileno $peer, $message, 0) >= 0 or fail("cannot receive the console: $!");
  my $fd = (unpack 'Q l l l', $space)[3];
  open my $terminal, '+<&=', $fd or fail("cannot use the console: $!");
  close $peer;
  close $console;
  unlink 'console.sock';
  return $terminal;
}

# ---- input ----

sub read_frames {
  my $got = sysread $control, $frames, PIPE_BYTES, length $frames;
  if (!defined $got) { return if $! == EAGAIN || $! == EINTR }
  if (!$got) { $control_open = 0; $input_ended = 1; return feed() }
  while (length $frames >= 5) {
    my ($type, $length) = unpack 'C N', $frames;
    last if length $frames < 5 + $length;
    my $payload = substr $frames, 5, $length;
    substr($frames, 0, 5 + $length) = '';
    if ($type == 0) { $input .= $payload }
    elsif ($type == 1) { $input_ended = 1 }
    elsif ($type == 2 && defined $master) {
      my $size = pack 'S4', unpack('n n', $payload), 0, 0;
      ioctl $master, 0x5414, $size;    # TIOCSWINSZ
    }
  }
  feed();
}

sub feed {
  if (defined $sink && length $input) {
    my $put = syswrite $sink, $input;
    if (defined $put) { substr($input, 0, $put) = '' }
    elsif ($! != EAGAIN && $! != EINTR) { $input = ''; $input_ended = 1 }
  }
  $input = '' unless defined $sink;
  if ($input_ended && !length $input && defined $sink && !$conf{tty}) { close $sink; undef $sink; undef $input_w }
}

# ---- output ----

# Reads once; true when there may be more.
sub pump {
  my ($end, $stream) = @_;
  my $got = sysread $$end, my $data, PIPE_BYTES;
  if (!defined $got) {
    return 0 if $! == EAGAIN || $! == EINTR;
    $got = 0;    # EIO: the last user of the terminal has closed it
  }
  if ($got == 0) {
    undef $sink if $conf{tty};
    undef $$end;
    return 0;
  }
  if ($conf{mode} eq 'exec') { frame($stream eq 'stdout' ? 1 : 2, $data) }
  else { log_bytes($stream, $data) }
  return 1;
}

sub frame {
  my ($type, $payload) = @_;
  my $bytes = pack('C N', $type, length $payload) . $payload;
  while (length $bytes) {
    my $put = syswrite STDOUT, $bytes;
    if (defined $put) { substr($bytes, 0, $put) = '' }
    elsif ($! == EAGAIN) { my $w = ''; vec($w, fileno STDOUT, 1) = 1; select undef, $w, undef, undef }
    elsif ($! != EINTR) { return }
  }
}

sub log_bytes {
  my ($stream, $data) = @_;
  my $prefix = timestamp() . " $stream ";
  my $ends = substr($data, -1) eq "\n";
  chop $data if $ends;
  my $last = rindex $data, "\n";
  my $text;
  if ($last < 0) { $text = $prefix . ($ends ? 'F ' : 'P ') . $data . "\n" }
  else {
    my ($lines, $rest) = (substr($data, 0, $last), substr $data, $last + 1);
    $lines =~ s/\n/\n${prefix}F /g;
    $text = "${prefix}F $lines\n$prefix" . ($ends ? 'F ' : 'P ') . "$rest\n";
  }
  my $max = $conf{log_max_size};
  while ($max && $log_size + length $text > $max) {
    my $room = $max - $log_size;
    my $end = $room > 0 ? rindex($text, "\n", $room - 1) + 1 : 0;
    # A record that no file has room for gets one to itself, and the end of a line stays with its beginning.
    $end = index($text, "\n") + 1 if $end == 0 && ($log_size == 0 || ($log_torn && $log_size < 2 * $max));
    write_log(substr $text, 0, $end, '') if $end;
    last if $text eq '';
    $log_torn = 0;
    rotate();
  }
  write_log($text) if $text ne '';
  $log_torn = !$ends;
}

# What a full disk cuts off is lost; the record after it begins on a line of its own.
sub write_log {
  my $text = $log_cut ? "\n$_[0]" : $_[0];
  my $put = syswrite($log, $text) || return;
  $log_size += $put;
  $log_cut = substr($text, $put - 1, 1) ne "\n";
}

sub open_log {
  ($log_size, $log_cut) = (0, 0);
  open $log, '+>>', $conf{log} or return;
  $log_size = -s $log || return;
  sysseek $log, -1, 2;
  my $last = "\n";
  sysread $log, $last, 1;
  $log_cut = $last ne "\n";
}

# log.1 is the newest of the old ones; log_max_files counts the current one too.
sub rotate {
  my $keep = $conf{log_max_files} - 1;
  unlink "$conf{log}.$keep" if $keep > 0;
  rename "$conf{log}.$_", "$conf{log}." . ($_ + 1) for reverse 1 .. $keep - 1;
  $keep > 0 ? rename($conf{log}, "$conf{log}.1") : unlink $conf{log};
  close $log;
  open_log();
}

# ---- the end ----

sub reap {
  my $result;
  while ((my $got = waitpid -1, WNOHANG) > 0) {
    next if $got != $pid;
    $result = $? & 127 ? 128 + ($? & 127) : $? >> 8;
  }
  return $result;
}

sub oom_killed {
  open my $file, '<', $conf{oom_file} || return 0 or return 0;
  while (<$file>) { return 1 if /^oom_kill ([1-9]\d*)$/ }
  return 0;
}

# ---- small things ----

sub timestamp {
  my $time = "\0" x 16;
  call('clock_gettime', 0, $time);
  my ($seconds, $nanos) = unpack 'q q', $time;
  our ($known, $text);
  if (!defined $known || $known != $seconds) {
    my ($s, $m, $h, $day, $month, $year) = gmtime $seconds;
    ($known, $text) = ($seconds, sprintf '%04d-%02d-%02dT%02d:%02d:%02d', $year + 1900, $month + 1, $day, $h, $m, $s);
  }
  return sprintf '%s.%09dZ', $text, $nanos;
}

sub call { my $name = shift; return syscall $NR{$name}, @_ }

sub new_pipe {
  pipe my $read, my $write or fail("cannot make a pipe: $!");
  return ($read, $write);
}

sub nonblocking { fcntl $_[0], F_SETFL, O_NONBLOCK | 2 if defined $_[0] }

sub print_line { syswrite STDOUT, "$_[0]\n" }

sub read_line {
  my ($handle) = @_;
  my $line = '';
  while (1) {
    my $got = sysread $handle, my $byte, 1;
    next if !defined $got && $! == EINTR;
    return '' if !$got;
    return $line if $byte eq "\n";
    $line .= $byte;
  }
}

sub fail {
  my ($text) = @_;
  $text =~ s/([^ -\$&-~])/sprintf '%%%02X', ord $1/ge;
  print_line("failed $text");
  exit 1;
}

sub write_file {
  my ($path, $text) = @_;
  open my $file, '>', "$path.tmp" or return;
  syswrite $file, $text;
  close $file;
  rename "$path.tmp", $path;
}

sub read_config {
  my ($path) = @_;
  open my $file, '<', $path or die "cannot read $path: $!\n";
  my %values = map { chomp; split /=/, $_, 2 } <$file>;
  return %values;
}
