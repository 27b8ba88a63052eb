package sandbox_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/helm-dm/helm-dm/render/worker/sandbox"
)

// confined is the argument that makes the test program try what it may not do.
const confined = "try"

// manyThreads are more than there are from the start.
const manyThreads = 20

func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == confined {
		err := json.NewEncoder(os.Stdout).Encode(try(os.Args[2]))
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// trial is what a confined process found out.
type trial struct {
	Report    sandbox.Report
	Succeeded []string // what should not have
	Threads   int      // that answered
}

func try(folder string) trial {
	file, err := os.CreateTemp(folder, "open")
	if err != nil {
		return trial{Succeeded: []string{err.Error()}}
	}
	out := trial{Report: sandbox.Confine(512 << 20)}
	for name, attempt := range attempts(file) {
		if attempt() == nil {
			out.Succeeded = append(out.Succeeded, name)
		}
	}
	slices.Sort(out.Succeeded)
	out.Threads = threads(manyThreads)
	return out
}

func attempts(file *os.File) map[string]func() error {
	return map[string]func() error{
		"read a file":   func() error { _, err := os.ReadFile("/proc/self/environ"); return err },
		"list a folder": func() error { _, err := os.ReadDir("/"); return err },
		"make a file":   func() error { return os.WriteFile(file.Name()+".new", nil, 0o600) },
		"remove a file": func() error { return os.Remove(file.Name()) },
		"grow a file":   func() error { _, err := file.WriteString("more"); return err },
		"listen":        func() error { l, err := net.Listen("tcp", "127.0.0.1:0"); return closing(l, err) },
		"connect":       func() error { c, err := net.DialTimeout("udp", "127.0.0.1:53", time.Second); return closing(c, err) },
		"resolve":       func() error { _, err := net.LookupHost("localhost.localdomain"); return err },
		"run a program": func() error { return exec.Command("/proc/self/exe", "nothing").Run() },
		"become one":    func() error { return unix.Exec("/proc/self/exe", []string{"x"}, nil) },
		"signal":        func() error { return unix.Kill(os.Getppid(), 0) },
		"trace":         func() error { return unix.PtraceAttach(os.Getppid()) },
		"map code": func() error {
			_, err := unix.Mmap(-1, 0, 4096, unix.PROT_READ|unix.PROT_WRITE|unix.PROT_EXEC, unix.MAP_PRIVATE|unix.MAP_ANON)
			return err
		},
		"map shared memory": func() error {
			_, err := unix.Mmap(-1, 0, 4096, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED|unix.MAP_ANON)
			return err
		},
		"map a stack that grows": func() error {
			_, err := unix.Mmap(-1, 0, 4096, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON|unix.MAP_GROWSDOWN)
			return err
		},
		"have more memory": func() error {
			return unix.Setrlimit(unix.RLIMIT_DATA, &unix.Rlimit{Cur: unix.RLIM_INFINITY, Max: unix.RLIM_INFINITY})
		},
	}
}

func closing(c interface{ Close() error }, err error) error {
	if err == nil {
		return c.Close()
	}
	return err
}

// threads makes so many threads, each of which must be confined too, and counts
// those that are.
func threads(n int) int {
	var wg sync.WaitGroup
	found := make(chan error, n)
	for range n {
		wg.Go(func() {
			runtime.LockOSThread() // and never unlock: the thread is this goroutine's
			time.Sleep(time.Millisecond)
			_, err := os.Open("/")
			found <- err
		})
	}
	wg.Wait()
	close(found)
	denied := 0
	for err := range found {
		if errors.Is(err, unix.EPERM) || errors.Is(err, unix.EACCES) {
			denied++
		}
	}
	return denied
}

func TestConfine(t *testing.T) {
	t.Parallel()
	if raced {
		t.Skip("not tested under the race detector: it does not run in a confined process")
	}
	cmd := exec.CommandContext(t.Context(), "/proc/self/exe", confined, t.TempDir())
	cmd.Stderr = t.Output()
	output, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var got trial
	if err := json.Unmarshal(output, &got); err != nil {
		t.Fatalf("%v in %s", err, output)
	}
	t.Logf("%+v", got)
	if _, _, errno := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, 0, 0, 1); errno != 0 {
		t.Logf("not tested: landlock, which this kernel does not have (%v)", errno)
		got.Report.Missing = slices.DeleteFunc(got.Report.Missing, func(what string) bool { return strings.HasPrefix(what, "landlock") })
	}
	if _, err := unix.PrctlRetInt(unix.PR_GET_SECCOMP, 0, 0, 0, 0); err != nil {
		t.Skipf("not tested: what seccomp denies, which this kernel does not have (%v)", err)
	}
	if len(got.Report.Missing) > 0 {
		t.Errorf("missing: %q", got.Report.Missing)
	}
	if len(got.Succeeded) > 0 {
		t.Errorf("a confined process could %s", strings.Join(got.Succeeded, ", "))
	}
	if got.Threads != manyThreads {
		t.Errorf("%d of %d threads are confined", got.Threads, manyThreads)
	}
}
