package sandbox

import (
	"errors"
	"fmt"
	"os"

	"github.com/landlock-lsm/go-landlock/landlock"
	"golang.org/x/sys/unix"
)

func confine(r *Report, memory int64) {
	r.add("first to go when memory is short", preferred())
	r.add("no core dumps", unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0))
	limits := limit(memory)
	r.add("landlock", restrict())
	r.add("seccomp", filter())
	r.prove(limits)
}

// preferred offers the process to the kernel's killer before all others.
func preferred() error { return os.WriteFile("/proc/self/oom_score_adj", []byte("1000"), 0) }

// limit sets the limits that the kernel keeps for everybody. A file that is
// mapped is not written by size, so the bound on files does not touch it.
func limit(memory int64) error {
	const descriptors = 32
	limits := map[int]uint64{
		unix.RLIMIT_DATA:   uint64(memory), //nolint:gosec // it is positive
		unix.RLIMIT_CORE:   0,
		unix.RLIMIT_FSIZE:  0,
		unix.RLIMIT_NOFILE: descriptors,
	}
	var wrong []error
	for resource, bound := range limits {
		wrong = append(wrong, unix.Setrlimit(resource, &unix.Rlimit{Cur: bound, Max: bound}))
	}
	return errors.Join(wrong...)
}

// restrict denies, on all threads, what Landlock of this kernel can deny.
func restrict() error {
	if err := landlock.V9.BestEffort().Restrict(); err != nil {
		return err
	}
	if f, err := os.Open("/"); err == nil {
		return errors.Join(errors.New("this kernel does not have it"), f.Close())
	}
	return nil
}

// prove tries what must fail now. limits is how setting those went.
func (r *Report) prove(limits error) {
	r.add(memoryBound, limits)
	r.add(noFiles, refused(unix.Open("/", unix.O_RDONLY, 0)))
	r.add(noNetwork, errors.Join(
		refused(unix.Socket(unix.AF_INET, unix.SOCK_STREAM, 0)),
		refused(unix.Socket(unix.AF_INET, unix.SOCK_DGRAM, 0)),
		refused(unix.Socket(unix.AF_UNIX, unix.SOCK_STREAM, 0)),
	))
	err := unix.Exec("/", nil, nil) // a folder: it is denied, or fails otherwise
	if errors.Is(err, unix.EPERM) {
		err = nil
	} else {
		err = fmt.Errorf("it was not denied: %w", err)
	}
	r.add(noPrograms, err)
}

// refused makes sure that a descriptor was denied.
func refused(fd int, err error) error {
	switch {
	case errors.Is(err, unix.EPERM), errors.Is(err, unix.EACCES):
		return nil
	case err != nil:
		return fmt.Errorf("it was not denied: %w", err)
	}
	return errors.Join(errors.New("it was not denied"), unix.Close(fd))
}
