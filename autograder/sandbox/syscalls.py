"""What a learner's code may ask of the kernel: a list of what Python, numpy and torch need.

What is not on it does not exist there (ENOSYS), so that libraries fall back on older ways.
Through pyseccomp, which knows the numbers of every architecture.
"""

from functools import cache
from typing import Any

ENOSYS = 38
AF_UNIX = 1
NEW_NAMESPACES = 0x7E020000  # the flags of clone that ask for any of them

ALLOWED = {
    "files": """
        access chdir chmod close close_range copy_file_range creat dup dup2 dup3 faccessat
        faccessat2 fadvise64 fallocate fchdir fchmod fchmodat fcntl fdatasync flock fstat fstatfs
        fsync ftruncate getcwd getdents getdents64 ioctl link linkat lseek lstat mkdir mkdirat
        newfstatat open openat openat2 pread64 preadv preadv2 pwrite64 pwritev pwritev2 read
        readahead readlink readlinkat readv rename renameat renameat2 rmdir sendfile splice stat
        statfs statx symlink symlinkat sync_file_range tee truncate umask unlink unlinkat utime
        utimensat utimes write writev""",
    "memory": """
        brk get_mempolicy madvise membarrier mincore mlock mlock2 mmap mprotect mremap msync munlock
        munmap""",
    "processes": """
        arch_prctl execve execveat exit exit_group fork getegid geteuid getgid getgroups getpgid
        getpgrp getpid getpriority getresgid getresuid getrlimit getrusage getsid gettid getuid
        kill pidfd_open pidfd_send_signal prctl prlimit64 rseq rt_sigaction rt_sigpending
        rt_sigprocmask rt_sigqueueinfo rt_sigreturn rt_sigsuspend rt_sigtimedwait set_robust_list
        get_robust_list set_tid_address setpgid setrlimit setsid sigaltstack tgkill tkill vfork
        wait4 waitid""",
    "threads": """
        futex futex_waitv sched_get_priority_max sched_get_priority_min sched_getaffinity
        sched_getparam sched_getscheduler sched_setaffinity sched_yield getcpu""",
    "time": """
        alarm clock_getres clock_gettime clock_nanosleep getitimer gettimeofday nanosleep setitimer
        time timer_create timer_delete timer_getoverrun timer_gettime timer_settime
        timerfd_create timerfd_gettime timerfd_settime times restart_syscall""",
    "waiting": """
        epoll_create epoll_create1 epoll_ctl epoll_pwait epoll_pwait2 epoll_wait eventfd eventfd2
        pipe pipe2 poll ppoll pselect6 select signalfd signalfd4 inotify_init1 inotify_add_watch
        inotify_rm_watch""",
    "sockets": """
        accept accept4 bind connect getpeername getsockname getsockopt listen recvfrom recvmmsg
        recvmsg sendmmsg sendmsg sendto setsockopt shutdown""",
    "the machine": "getrandom sysinfo uname",
}


@cache
def prepared() -> Any:
    """Put the filter together, once; each guest loads it for itself."""
    import pyseccomp

    rules = pyseccomp.SyscallFilter(pyseccomp.ERRNO(ENOSYS))
    for name in " ".join(ALLOWED.values()).split():
        if (
            pyseccomp.resolve_syscall(pyseccomp.system_arch(), name) >= 0
        ):  # or it is not of this CPU
            rules.add_rule(pyseccomp.ALLOW, name)
    for name in ("socket", "socketpair"):  # among themselves; there is no network in the room
        rules.add_rule(pyseccomp.ALLOW, name, pyseccomp.Arg(0, pyseccomp.EQ, AF_UNIX))
    unconfined = pyseccomp.Arg(0, pyseccomp.MASKED_EQ, NEW_NAMESPACES, 0)
    rules.add_rule(pyseccomp.ALLOW, "clone", unconfined)
    return rules
