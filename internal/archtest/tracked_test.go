package archtest

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// machinePath is a path that only somebody's own machine has: a home, a
// checkout, a scratch file.
var machinePath = regexp.MustCompile(`(^|[^\w./~-])/(root|home|Users|work|workspace|builds|mnt|tmp)/[\w.][^\s"']*`)

// TestMachinePaths reads what git tracks, or would if it were added.
func TestMachinePaths(t *testing.T) {
	t.Parallel()
	list := exec.CommandContext(t.Context(), "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	list.Dir = top
	out, err := list.Output()
	if err != nil {
		t.Skipf("not a git checkout, so what belongs to the project is not known: %v", err)
	}
	for name := range strings.SplitSeq(strings.Trim(string(out), "\x00"), "\x00") {
		content, err := os.ReadFile(filepath.Join(top, name))
		if errors.Is(err, fs.ErrNotExist) {
			continue // deleted, but not from the index yet
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, complaint := range machinePaths(name, content) {
			t.Error(complaint)
		}
	}
}

// machinePaths complains of the lines of a text file that name such a path.
func machinePaths(name string, content []byte) []string {
	if bytes.ContainsRune(content, 0) {
		return nil // not text
	}
	var complaints []string
	number := 0
	for line := range bytes.Lines(content) {
		number++
		if found := machinePath.Find(line); found != nil {
			complaints = append(complaints, fmt.Sprintf("%s:%d: a path of one machine: %q", name, number, found))
		}
	}
	return complaints
}

func TestMachinePathsFound(t *testing.T) {
	t.Parallel()
	// Put together, so that the test does not find itself.
	text := strings.Join([]string{
		"cd /" + "home/ann/checkout", "https://example.com/home/page", "path=\"/" + "tmp/x\"", "mountPath: /tmp",
		"a/" + "work/b", "/" + "root/.kube/config is not read",
	}, "\n")
	want := []string{
		`README.md:1: a path of one machine: " /` + `home/ann/checkout"`,
		`README.md:3: a path of one machine: "\"/` + `tmp/x"`,
		`README.md:6: a path of one machine: "/` + `root/.kube/config"`,
	}
	if diff := cmp.Diff(want, machinePaths("README.md", []byte(text))); diff != "" {
		t.Errorf("complaints (-want +got):\n%s", diff)
	}
	if got := machinePaths("picture", []byte("\x00 /"+"home/ann")); got != nil {
		t.Errorf("complaints about a binary file: %q", got)
	}
}
