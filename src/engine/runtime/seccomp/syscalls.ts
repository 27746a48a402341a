const words = (text: string): readonly string[] => text.trim().split(/\s+/)

/** System calls that every container may make, by theme; a name that an architecture lacks is passed over. */
export const ALWAYS: Readonly<Record<string, readonly string[]>> = {
  files: words(`
    access chmod chown chown32 close close_range copy_file_range creat dup dup2 dup3 faccessat faccessat2 fadvise64
    fadvise64_64 fallocate fchmod fchmodat fchmodat2 fchown fchown32 fchownat fcntl fcntl64 fdatasync flock fstat fstat64
    fstatat64 fstatfs fstatfs64 fsync ftruncate ftruncate64 futimesat getdents getdents64 ioctl lchown lchown32 link linkat
    lseek _llseek lstat lstat64 mkdir mkdirat mknod mknodat name_to_handle_at newfstatat oldfstat oldlstat oldstat open
    openat openat2 pipe pipe2 pread64 preadv preadv2 pwrite64 pwritev pwritev2 read readahead readlink readlinkat readv
    rename renameat renameat2 rmdir sendfile sendfile64 splice stat stat64 statfs statfs64 statx symlink symlinkat sync
    sync_file_range sync_file_range2 arm_sync_file_range arm_fadvise64_64 syncfs tee truncate truncate64 umask unlink
    unlinkat utime utimensat utimensat_time64 utimes vmsplice write writev`),
  directories: words(`chdir fchdir getcwd`),
  attributes: words(`
    fgetxattr flistxattr fremovexattr fsetxattr getxattr getxattrat lgetxattr listxattr listxattrat llistxattr lremovexattr
    lsetxattr removexattr removexattrat setxattr setxattrat file_getattr file_setattr`),
  events: words(`
    epoll_create epoll_create1 epoll_ctl epoll_ctl_old epoll_pwait epoll_pwait2 epoll_wait epoll_wait_old eventfd eventfd2
    fanotify_mark inotify_add_watch inotify_init inotify_init1 inotify_rm_watch _newselect poll ppoll ppoll_time64 pselect6
    pselect6_time64 select signalfd signalfd4`),
  asynchronous: words(`
    io_cancel io_destroy io_getevents io_pgetevents io_pgetevents_time64 io_setup io_submit ioprio_get ioprio_set`),
  memory: words(`
    brk cachestat madvise map_shadow_stack membarrier memfd_create memfd_secret mincore mlock mlock2 mlockall mmap mmap2
    mprotect mremap mseal msync munlock munlockall munmap pkey_alloc pkey_free pkey_mprotect remap_file_pages`),
  processes: words(`
    capget capset execve execveat exit exit_group fork getegid getegid32 geteuid geteuid32 getgid getgid32 getgroups
    getgroups32 getpgid getpgrp getpid getppid getpriority getresgid getresgid32 getresuid getresuid32 getrlimit getrusage
    getsid gettid getuid getuid32 nice pidfd_open pidfd_send_signal prctl prlimit64 process_mrelease ptrace
    process_vm_readv process_vm_writev restart_syscall rseq seccomp set_robust_list get_robust_list set_tid_address setfsgid
    setfsgid32 setfsuid setfsuid32 setgid setgid32 setgroups setgroups32 setpgid setpriority setregid setregid32 setresgid
    setresgid32 setresuid setresuid32 setreuid setreuid32 setrlimit setsid setuid setuid32 times ugetrlimit vfork wait4
    waitid waitpid`),
  threads: words(`
    futex futex_requeue futex_time64 futex_wait futex_waitv futex_wake get_thread_area set_thread_area`),
  scheduling: words(`
    getcpu sched_get_priority_max sched_get_priority_min sched_getaffinity sched_getattr sched_getparam sched_getscheduler
    sched_rr_get_interval sched_rr_get_interval_time64 sched_setaffinity sched_setattr sched_setparam sched_setscheduler
    sched_yield`),
  signals: words(`
    alarm kill pause rt_sigaction rt_sigpending rt_sigprocmask rt_sigqueueinfo rt_sigreturn rt_sigsuspend rt_sigtimedwait
    rt_sigtimedwait_time64 rt_tgsigqueueinfo sigaction sigaltstack signal sigpending sigprocmask sigreturn sigsuspend tgkill
    tkill`),
  time: words(`
    adjtimex clock_adjtime clock_adjtime64 clock_getres clock_getres_time64 clock_gettime clock_gettime64 clock_nanosleep
    clock_nanosleep_time64 getitimer gettimeofday nanosleep setitimer time timer_create timer_delete timer_getoverrun
    timer_gettime timer_gettime64 timer_settime timer_settime64 timerfd_create timerfd_gettime timerfd_gettime64
    timerfd_settime timerfd_settime64`),
  sockets: words(`
    accept accept4 bind connect getpeername getsockname getsockopt listen recv recvfrom recvmmsg recvmmsg_time64 recvmsg send
    sendmmsg sendmsg sendto setsockopt shutdown socketpair`),
  ipc: words(`
    ipc mq_getsetattr mq_notify mq_open mq_timedreceive mq_timedreceive_time64 mq_timedsend mq_timedsend_time64 mq_unlink
    msgctl msgget msgrcv msgsnd semctl semget semop semtimedop semtimedop_time64 shmat shmctl shmdt shmget`),
  sandboxing: words(
    `landlock_add_rule landlock_create_ruleset landlock_restrict_self lsm_get_self_attr lsm_list_modules`,
  ),
  system: words(`getrandom sysinfo uname olduname oldolduname`),
}

/** System calls of some architectures only; Docker's architecture names. */
export const BY_ARCHITECTURE: readonly { arches: readonly string[]; names: readonly string[] }[] = [
  { arches: ['amd64', 'x32', 'x86'], names: words('arch_prctl modify_ldt uretprobe uprobe') },
  { arches: ['arm', 'arm64'], names: words('breakpoint cacheflush set_tls get_tls') },
]

/** System calls that need a capability: any of `capabilities` opens them. */
export const BY_CAPABILITY: readonly { capabilities: readonly string[]; names: readonly string[] }[] = [
  { capabilities: ['CAP_DAC_READ_SEARCH'], names: words('open_by_handle_at') },
  {
    capabilities: ['CAP_SYS_ADMIN'],
    names: words(`
      fanotify_init fsconfig fsmount fsopen fspick listmount lookup_dcookie lsm_set_self_attr mount mount_setattr move_mount
      open_tree open_tree_attr quotactl quotactl_fd setdomainname sethostname setns statmount umount umount2 unshare`),
  },
  { capabilities: ['CAP_SYS_ADMIN', 'CAP_BPF'], names: words('bpf') },
  { capabilities: ['CAP_SYS_ADMIN', 'CAP_PERFMON'], names: words('perf_event_open') },
  { capabilities: ['CAP_SYS_ADMIN', 'CAP_SYSLOG'], names: words('syslog') },
  { capabilities: ['CAP_SYS_BOOT'], names: words('reboot') },
  { capabilities: ['CAP_SYS_CHROOT'], names: words('chroot') },
  { capabilities: ['CAP_SYS_MODULE'], names: words('delete_module finit_module init_module') },
  { capabilities: ['CAP_SYS_NICE'], names: words('get_mempolicy mbind set_mempolicy set_mempolicy_home_node') },
  { capabilities: ['CAP_SYS_PACCT'], names: words('acct') },
  { capabilities: ['CAP_SYS_PTRACE'], names: words('kcmp pidfd_getfd process_madvise') },
  { capabilities: ['CAP_SYS_RAWIO'], names: words('ioperm iopl') },
  { capabilities: ['CAP_SYS_TIME'], names: words('clock_settime clock_settime64 settimeofday stime') },
  { capabilities: ['CAP_SYS_TTY_CONFIG'], names: words('vhangup') },
]

/**
 * System calls that no default container may make: keyrings and io_uring have no namespace, the rest steers the whole
 * kernel or is dead. They fail with EPERM; what stands in no table fails with ENOSYS, so that a C library falls back
 * from a call that is newer than these tables.
 */
export const NEVER: readonly string[] = words(`
  _sysctl add_key afs_syscall bdflush break create_module ftime get_kernel_syms getpmsg gtty idle io_uring_enter
  io_uring_register io_uring_setup kexec_file_load kexec_load keyctl lock migrate_pages move_pages mpx nfsservctl pivot_root
  prof profil putpmsg query_module readdir request_key security sgetmask ssetmask stty swapoff swapon sysfs tuxcall ulimit
  uselib userfaultfd ustat vm86 vm86old vserver`)
