package worker_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"testing"
	"time"

	"github.com/helm-dm/helm-dm/render/worker"
	"github.com/helm-dm/helm-dm/render/worker/job"
	"github.com/helm-dm/helm-dm/render/worker/workertest"
)

// mortal is the argument that makes the test program a manager, which renders the
// package that is its input and tells of its workers when they are at work.
const mortal = "manage"

func serve() int {
	var data []byte
	if err := json.NewDecoder(os.Stdin).Decode(&data); err != nil {
		return 1
	}
	p := newPool(worker.Config{Workers: 2, Time: time.Hour, Output: 1 << 40})
	go p.Run(context.Background())
	begun := make(chan bool)
	for range p.Workers {
		go func() {
			r := job.Request{Chart: workertest.Parcel(data)}
			r.Options.Lookup = func(context.Context, string, string, string, string) (map[string]any, error) {
				begun <- true
				return nil, nil
			}
			_, _ = p.Render(context.Background(), &r)
		}()
	}
	for range p.Workers {
		<-begun
	}
	if err := json.NewEncoder(os.Stdout).Encode(p.Pids()); err != nil {
		return 1
	}
	select {}
}

// TestManagerIsKilled kills a manager while its workers are in endless loops.
func TestManagerIsKilled(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("not tested: workers die with their manager where the system has no word for it")
	}
	data := workertest.Pack(t, map[string]string{"templates/x.yaml": `{{ $x := lookup "v1" "Pod" "a" "b" }}{{ $l := until 30000 }}{{ range $l }}{{ range $l }}{{ range $l }}{{ end }}{{ end }}{{ end }}`})
	input, err := json.Marshal(data)
	if err != nil {
		t.Fatal(err)
	}
	manager := exec.CommandContext(t.Context(), "/proc/self/exe", mortal)
	manager.Stdin, manager.Stderr = bytes.NewReader(input), t.Output()
	output, err := manager.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := manager.Start(); err != nil {
		t.Fatal(err)
	}
	var pids []int
	err = json.NewDecoder(output).Decode(&pids)
	if killing := manager.Process.Kill(); err != nil || killing != nil {
		t.Fatal(err, killing)
	}
	_ = manager.Wait() // it was killed
	if len(pids) != 2 {
		t.Fatalf("the manager had workers %v, want 2", pids)
	}
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for _, pid := range pids {
		for running(t, pid) {
			<-tick.C
		}
	}
}

// running says whether there is such a process, and not only what is left of one.
func running(t *testing.T, pid int) bool {
	t.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return false
	}
	_, rest, _ := bytes.Cut(stat, []byte(") ")) // proc(5): after the name comes the state
	return len(rest) > 0 && rest[0] != 'Z' && rest[0] != 'X'
}
