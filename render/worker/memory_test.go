package worker_test

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/helm-dm/helm-dm/render/worker"
)

// watch looks at the workers of a pool until the test ends, and makes sure that
// none of them ever had more in memory than it may, apart from the program itself.
func watch(t *testing.T, p *worker.Pool, memory int64) {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Log("not tested: the memory of the workers, which this system does not tell")
		return
	}
	stop, most := make(chan struct{}), make(chan int64)
	go func() {
		peak := int64(0)
		tick := time.NewTicker(2 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				most <- peak
				return
			case <-tick.C:
				for _, pid := range p.Pids() {
					peak = max(peak, used(t, pid))
				}
			}
		}
	}()
	t.Cleanup(func() {
		close(stop)
		peak := <-most
		t.Logf("a worker had up to %d kB", peak)
		if peak > memory>>10 || peak == 0 {
			t.Errorf("a worker had up to %d kB in memory, want some and at most %d", peak, memory>>10)
		}
	})
}

// used is how much memory of its own a process ever had, in kilobytes; 0 when it
// has died.
func used(t *testing.T, pid int) int64 {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	return kilobytes(t, status, "VmHWM") - kilobytes(t, status, "RssFile")
}

// kilobytes reads a line of a process's status; 0 where it is missing, as it is
// of one that is ending.
func kilobytes(t *testing.T, status []byte, name string) int64 {
	t.Helper()
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, name+":"); ok {
			n, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 10, 64)
			if err != nil {
				t.Error(err)
			}
			return n
		}
	}
	return 0
}
