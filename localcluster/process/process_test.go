package process

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/util/wait"
)

func newTable(t *testing.T) Table {
	dir := t.TempDir()
	return Table{Dir: filepath.Join(dir, "run"), Logs: filepath.Join(dir, "logs")}
}

// start starts a shell script that is stopped with the test.
func start(t *testing.T, table Table, name, script string) Process {
	t.Helper()
	p, err := table.Start(t.Context(), Spec{Name: name, Path: "sh", Args: []string{"-c", script}, Note: "noted"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := table.Stop(context.WithoutCancel(t.Context()), name, 0); err != nil {
			t.Error(err)
		}
	})
	return p
}

func find(t *testing.T, table Table, name string) Process {
	t.Helper()
	p, err := table.Find(name)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func eventually(t *testing.T, what string, check func() bool) {
	t.Helper()
	err := wait.PollUntilContextTimeout(t.Context(), pause, 30*time.Second, true, func(context.Context) (bool, error) {
		return check(), nil
	})
	if err != nil {
		t.Fatalf("waiting until %s: %v", what, err)
	}
}

func TestStartFindStop(t *testing.T) {
	t.Parallel()
	table := newTable(t)
	if p := find(t, table, "one"); p.Known || p.Alive {
		t.Errorf("before the start: %+v", p)
	}
	started := start(t, table, "one", "echo hello; echo oops >&2; exec sleep 1000")
	found := find(t, table, "one")
	if diff := cmp.Diff(started, found); diff != "" || !found.Alive || found.PID == 0 || found.Note != "noted" {
		t.Errorf("found %+v (-started +found):\n%s", found, diff)
	}
	if _, err := table.Start(t.Context(), Spec{Name: "one", Path: "true"}); err == nil || !strings.Contains(err.Error(), "running already") {
		t.Errorf("starting it again: %v", err)
	}
	eventually(t, "it has written to its log", func() bool {
		return cmp.Equal(table.Tail("one", 10), []string{"hello", "oops"})
	})
	if err := table.Stop(t.Context(), "one", time.Minute); err != nil {
		t.Fatal(err)
	}
	if p := find(t, table, "one"); p.Known || p.Alive {
		t.Errorf("after the stop: %+v", p)
	}
	if err := table.Stop(t.Context(), "one", time.Minute); err != nil {
		t.Errorf("stopping it again: %v", err)
	}
}

func TestList(t *testing.T) {
	t.Parallel()
	table := newTable(t)
	if all, err := table.List(); err != nil || len(all) > 0 {
		t.Errorf("an empty table: %v, %v", all, err)
	}
	start(t, table, "b", "exec sleep 1000")
	start(t, table, "a", "exit 3")
	eventually(t, "a has ended", func() bool { return !find(t, table, "a").Alive })
	all, err := table.List()
	if err != nil {
		t.Fatal(err)
	}
	alive := map[string]bool{}
	for _, p := range all {
		alive[p.Name] = p.Alive
	}
	if diff := cmp.Diff(map[string]bool{"a": false, "b": true}, alive); diff != "" {
		t.Errorf("who lives (-want +got):\n%s", diff)
	}
}

// TestReusedID records the id of a process that has nothing to do with the table: this one.
func TestReusedID(t *testing.T) {
	t.Parallel()
	table := newTable(t)
	if err := os.MkdirAll(table.Dir, 0o700); err != nil {
		t.Fatal(err)
	}
	record, err := json.Marshal(Process{PID: os.Getpid()})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(table.lockFile("old"), record, 0o600); err != nil {
		t.Fatal(err)
	}
	if p := find(t, table, "old"); !p.Known || p.Alive || p.PID != os.Getpid() {
		t.Errorf("found %+v", p)
	}
	if err := table.Stop(t.Context(), "old", 0); err != nil { // would end the test if it went by the id
		t.Error(err)
	}
}

func TestStopKills(t *testing.T) {
	t.Parallel()
	table := newTable(t)
	start(t, table, "deaf", `trap "" TERM; echo ready; while :; do sleep 1; done`)
	eventually(t, "it is deaf", func() bool { return len(table.Tail("deaf", 1)) == 1 })
	if err := table.Stop(t.Context(), "deaf", 50*time.Millisecond); err != nil {
		t.Fatal(err)
	}
	if p := find(t, table, "deaf"); p.Alive || p.Known {
		t.Errorf("after the stop: %+v", p)
	}
}

// TestStopOrphans stops a process whose leader has ended by itself and left a child.
func TestStopOrphans(t *testing.T) {
	t.Parallel()
	table := newTable(t)
	start(t, table, "parent", "sleep 1000 & echo left")
	eventually(t, "the parent has ended", func() bool { return len(table.Tail("parent", 1)) == 1 })
	if p := find(t, table, "parent"); !p.Alive {
		t.Errorf("a child lives, but found %+v", p)
	}
	if err := table.Stop(t.Context(), "parent", 50*time.Millisecond); err != nil {
		t.Fatal(err)
	}
	if p := find(t, table, "parent"); p.Alive {
		t.Errorf("after the stop: %+v", p)
	}
}

func TestStartFails(t *testing.T) {
	t.Parallel()
	table := newTable(t)
	_, err := table.Start(t.Context(), Spec{Name: "none", Path: "/no/such/program"})
	if !errors.Is(err, os.ErrNotExist) || !strings.Contains(err.Error(), `starting "none"`) {
		t.Errorf("error %v", err)
	}
	if p := find(t, table, "none"); p.Known {
		t.Errorf("it is recorded: %+v", p)
	}
}

func TestLogs(t *testing.T) {
	t.Parallel()
	table := newTable(t)
	if err := os.MkdirAll(table.Logs, 0o700); err != nil {
		t.Fatal(err)
	}
	large := strings.Repeat("x", maxLog) + "\nlast but one\nlast\n"
	if err := os.WriteFile(table.Log("one"), []byte(large), 0o600); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"last but one", "last"}, table.Tail("one", 2)); diff != "" {
		t.Errorf("tail (-want +got):\n%s", diff)
	}
	start(t, table, "one", "echo first; exec sleep 1000")
	eventually(t, "the log is new", func() bool { return cmp.Equal(table.Tail("one", 9), []string{"first"}) })
	if old, err := os.ReadFile(table.Log("one") + ".old"); err != nil || string(old) != large {
		t.Errorf("the old log has %d bytes, want %d; %v", len(old), len(large), err)
	}
	if got := table.Tail("two", 9); got != nil {
		t.Errorf("tail of no log: %q", got)
	}
}

func TestLock(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	unlock, err := Lock(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	short, cancel := context.WithTimeout(t.Context(), 3*pause)
	defer cancel()
	if _, err := Lock(short, dir); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("while it is taken: %v", err)
	}
	unlock()
	again, err := Lock(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	again()
}
