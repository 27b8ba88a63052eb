package main_test

import (
	"context"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// runGuest is the command line that makes this test program serve on the address.
func runGuest(name, address string) []string {
	return []string{"run", name, "--ready-url", "http://" + address + "/ready", "--", "env", guestVar + "=" + address, os.Args[0]}
}

func TestGuest(t *testing.T) {
	t.Parallel()
	const name = "lodger"
	address := freeAddress(t)
	must(t, shared(), "Started "+name+"\n", runGuest(name, address)...)
	first := statusOf(t, shared()).part(name)
	if !first.Guest || first.State != "running" || first.Log != filepath.Join(shared(), "logs", name+".log") {
		t.Errorf("status of the guest: %+v", first)
	}
	must(t, shared(), "Started "+name+"\n", runGuest(name, address)...)
	second := statusOf(t, shared()).part(name)
	if second.PID == first.PID || second.State != "running" {
		t.Errorf("the guest has not been replaced: %+v, then %+v", first, second)
	}
	if err := syscall.Kill(second.PID, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	if r := local(t, shared(), "status"); r.code != 1 || !strings.Contains(r.out, name+": not running (exited; see "+first.Log+")\n") {
		t.Errorf("status with a dead guest: exit code %d, output %q", r.code, r.out)
	}
	must(t, shared(), "Started "+name+"\n", runGuest(name, address)...)
	must(t, shared(), "Stopped "+name+"\n", "stop", name)
	must(t, shared(), "Stopped "+name+"\n", "stop", name)
	if response, err := http.Get("http://" + address); err == nil {
		t.Error("the guest still answers", response.Body.Close())
	}
	if p := statusOf(t, shared()).part(name); p.Name != "" {
		t.Errorf("the stopped guest is still listed: %+v", p)
	}
}

func TestGuestFails(t *testing.T) {
	t.Parallel()
	ready := "http://" + freeAddress(t) + "/"
	tests := map[string]struct {
		program []string
		want    []string
	}{
		"dies": {
			[]string{"env", guestVar + "=crash", os.Args[0]},
			[]string{"ended while it was starting", "guest: no wish to live", filepath.Join(shared(), "logs", "dies.log")},
		},
		"waits":   {[]string{"sleep", "1000"}, []string{"waiting for waits", "not within 500ms"}},
		"missing": {[]string{"no-such-program"}, []string{"no-such-program", "not found"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := append([]string{"run", name, "--ready-url", ready, "--timeout", "500ms", "--"}, test.program...)
			r := local(t, shared(), args...)
			for _, want := range test.want {
				if r.code != 1 || r.out != "" || !strings.Contains(r.err, want) {
					t.Errorf("exit code %d, output %q, errors %q; want %q", r.code, r.out, r.err, want)
				}
			}
			if p := statusOf(t, shared()).part(name); p.Name != "" {
				t.Errorf("it is still listed: %+v", p)
			}
		})
	}
}

// TestGuestWithChildren stops a guest that ignores the request to end and has a child.
func TestGuestWithChildren(t *testing.T) {
	t.Parallel()
	const name = "family"
	pidFile := filepath.Join(t.TempDir(), "pid")
	script := `trap "" TERM; sleep 1000 & echo $! > "$0.new"; mv "$0.new" "$0"; wait; wait`
	must(t, shared(), "Started "+name+"\n", "run", name, "--", "sh", "-c", script, pidFile)
	var child int
	eventually(t, func(context.Context) error {
		text, err := os.ReadFile(pidFile)
		if err == nil {
			child, err = strconv.Atoi(strings.TrimSpace(string(text)))
		}
		return err
	})
	must(t, shared(), "Stopped "+name+"\n", "stop", name)
	if state, _ := exec.Command("ps", "-o", "stat=", "-p", strconv.Itoa(child)).Output(); !gone(string(state)) {
		t.Errorf("the child %d has survived: %s", child, state)
	}
}

// gone tells by the state that ps prints; a zombie is dead, though nobody has looked after it.
func gone(state string) bool {
	return state == "" || strings.HasPrefix(state, "Z")
}
