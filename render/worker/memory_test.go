package worker_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"
)

// bounded makes sure that no worker ever had more in memory than it may, apart
// from the program itself.
func bounded(t *testing.T, pids []int, memory int64) {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Log("not tested: the memory of the workers, which this system does not tell")
		return
	}
	for _, pid := range pids {
		status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
		if errors.Is(err, fs.ErrNotExist) || len(status) == 0 {
			continue // it has died
		}
		if err != nil {
			t.Fatal(err)
		}
		if most := kilobytes(t, status, "VmHWM") - kilobytes(t, status, "RssFile"); most > memory>>10 {
			t.Errorf("worker %d had %d kB in memory, want at most %d", pid, most, memory>>10)
		}
	}
}

// kilobytes reads a line of a process's status; 0 where it is missing, as it is
// of one that is ending.
func kilobytes(t *testing.T, status []byte, name string) int64 {
	t.Helper()
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, name+":"); ok {
			n, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
	}
	return 0
}
