package sandbox

import (
	"os"
	"runtime"
	"slices"

	seccomp "github.com/elastic/go-seccomp-bpf"
	"github.com/elastic/go-seccomp-bpf/arch"
	"golang.org/x/sys/unix"
)

// filter allows, on all threads, what the Go runtime (and the C library, where
// the program is linked with it) calls in a process that computes, reads and
// writes what is open, and makes threads. All else fails with EPERM.
func filter() error {
	here, err := arch.GetInfo("")
	if err != nil {
		return err
	}
	known := func(names []string) []string {
		return slices.DeleteFunc(names, func(name string) bool { _, ok := here.SyscallNames[name]; return !ok })
	}
	policy := seccomp.Policy{
		DefaultAction: seccomp.ActionErrno,
		Syscalls: []seccomp.SyscallGroup{
			// The C library takes clone instead where it does not exist.
			{Names: known([]string{"clone3"}), Action: seccomp.ActionErrno | seccomp.Action(unix.ENOSYS)},
			{Names: known(calls()), NamesWithCondtions: conditional(), Action: seccomp.ActionAllow},
		},
	}
	runtime.LockOSThread() // no_new_privs and the filter must meet on one thread
	defer runtime.UnlockOSThread()
	return seccomp.LoadFilter(seccomp.Filter{NoNewPrivs: true, Flag: seccomp.FilterFlagTSync, Policy: policy})
}

func calls() []string {
	return []string{
		// what is open
		"read", "write", "close",
		// memory
		"munmap", "madvise", "mremap", "brk", "mincore",
		// threads
		"futex", "sched_yield", "sched_getaffinity", "set_robust_list", "rseq", "gettid", "getpid", "exit", "exit_group",
		// signals, which preempt goroutines
		"rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigaltstack", "restart_syscall",
		// time
		"clock_gettime", "clock_nanosleep", "nanosleep", "gettimeofday",
		// the poller, which timers wait with
		"epoll_create1", "epoll_ctl", "epoll_pwait", "epoll_pwait2", "eventfd2",
		// randomness
		"getrandom",
	}
}

// conditional allows memory that cannot be executed and is counted against the
// bound (RLIMIT_DATA leaves out what is shared or grows downwards), threads but
// no processes, and signals to the process itself.
func conditional() []seccomp.NameWithConditions {
	when := func(name string, argument uint32, operation seccomp.Operation, value uint64) seccomp.NameWithConditions {
		return seccomp.NameWithConditions{Name: name, Conditions: seccomp.ArgumentConditions{
			{Argument: argument, Operation: operation, Value: value},
		}}
	}
	return []seccomp.NameWithConditions{
		{Name: "mmap", Conditions: seccomp.ArgumentConditions{
			{Argument: 2, Operation: seccomp.BitsNotSet, Value: unix.PROT_EXEC},
			{Argument: 3, Operation: seccomp.BitsNotSet, Value: unix.MAP_SHARED | unix.MAP_GROWSDOWN},
		}},
		when("mprotect", 2, seccomp.BitsNotSet, unix.PROT_EXEC),
		when("clone", 0, seccomp.BitsSet, unix.CLONE_THREAD),
		when("tgkill", 0, seccomp.Equal, uint64(os.Getpid())), //nolint:gosec // it is positive
	}
}
