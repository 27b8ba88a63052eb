package repotest

import (
	"bytes"
	"context"
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"
)

// binVar names the folder of the programs; without it they are in bin, at the top
// of the source.
const binVar = "HELM_BIN"

// startTime is how long a server may take to answer.
const startTime = time.Minute

// start runs a server of the folder of programs until the test ends, and returns
// when ready finds no error in it. The server has no environment but a folder of
// its own for what it wants to write.
func start(t testing.TB, ready func(context.Context) error, name string, args ...string) {
	t.Helper()
	log := &record{}
	command := exec.Command(program(t, name), args...)
	command.Dir = t.TempDir()
	command.Env = []string{"HOME=" + command.Dir, "TMPDIR=" + command.Dir, "PATH=" + os.Getenv("PATH"), "OTEL_TRACES_EXPORTER=none"}
	command.Stdout, command.Stderr = log, log
	if err := command.Start(); err != nil {
		t.Fatalf("starting %s: %v", name, err)
	}
	ended := make(chan struct{})
	go func() {
		_ = command.Wait() // the log says why
		close(ended)
	}()
	t.Cleanup(func() {
		_ = command.Process.Kill() // it fails where the process is dead
		<-ended
		if t.Failed() {
			t.Logf("%s said:\n%s", name, log)
		}
	})
	ctx, cancel := context.WithTimeout(t.Context(), startTime)
	defer cancel()
	for {
		err := ready(ctx)
		if err == nil {
			return
		}
		select {
		case <-ended:
			t.Fatalf("%s has ended: %s", name, log)
		case <-ctx.Done():
			t.Fatalf("%s does not answer: %v", name, err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// answers says whether somebody listens at an address.
func answers(address string) func(context.Context) error {
	return func(ctx context.Context) error {
		c, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
		if err != nil {
			return err
		}
		return c.Close()
	}
}

// address is a free one of the loopback interface, HOST:PORT.
func address(t testing.TB) string {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }() // nothing was accepted
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(l.Addr().(*net.TCPAddr).Port))
}

// program is the path of a program.
func program(t testing.TB, name string) string {
	t.Helper()
	bin := os.Getenv(binVar)
	if bin == "" {
		top, err := top()
		if err != nil {
			t.Fatal(err)
		}
		bin = filepath.Join(top, "bin")
	}
	path, err := filepath.Abs(filepath.Join(bin, name))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("looking for a server to test with: %v: run `make servers`, or name the folder of the programs in %s", err, binVar)
	}
	return path
}

// top is the folder of go.mod, above the test's.
func top() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("looking for the top of the source: no go.mod above the test's folder")
		}
		dir = parent
	}
}

// record is what a program says, for when it is needed.
type record struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (r *record) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.Write(p)
}

func (r *record) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.String()
}
