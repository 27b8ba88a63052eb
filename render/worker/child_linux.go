package worker

import "syscall"

// program is this one, even where its file was replaced or removed.
func program() (string, error) { return "/proc/self/exe", nil }

// attributes let the worker die with the manager, and spare it the signals that
// a terminal sends to the manager.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
