//go:build !linux

package worker

import (
	"os"
	"syscall"
)

func program() (string, error) { return os.Executable() }

// attributes are none: a worker ends when its input does.
func attributes() *syscall.SysProcAttr { return nil }
