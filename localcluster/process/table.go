// Package process runs programs in the background, beyond the life of the one that started them, and finds them again.
//
// A process is alive exactly while it holds the lock of its file NAME.lock: it inherits the open, locked file as
// descriptor 3, and the kernel lets go of the lock when the last process that has it open is gone. So neither a
// reused process id nor a crash nor a reboot can make a dead process look alive. The file's text records the process;
// Stop removes it, hence a record without a living process is one that ended by itself.
//
// Whoever starts or stops processes of a table does so alone (see Lock); Find and List may be called at any time.
package process

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Table is a set of named processes.
type Table struct {
	Dir  string // folder of the lock files
	Logs string // folder of the logs, NAME.log
}

// Process is what a table knows about one process.
type Process struct {
	Name    string    `json:"-"`
	PID     int       `json:"pid"` // also its process group and session; 0: not known yet
	Started time.Time `json:"started"`
	Note    string    `json:"note,omitempty"` // kept for the owner of the table
	Alive   bool      `json:"-"`
	Known   bool      `json:"-"` // false: never started, or stopped
}

const suffix = ".lock"

func (t Table) lockFile(name string) string { return filepath.Join(t.Dir, name+suffix) }

// Log returns the path of a process's log: its standard output and standard error.
func (t Table) Log(name string) string { return filepath.Join(t.Logs, name+".log") }

// Find returns the process of that name; one that the table does not know is neither Known nor Alive.
func (t Table) Find(name string) (Process, error) {
	p := Process{Name: name}
	f, err := os.Open(t.lockFile(name))
	if errors.Is(err, fs.ErrNotExist) {
		return p, nil
	}
	if err != nil {
		return p, err
	}
	defer f.Close()
	free, err := tryLock(f, shared)
	if err != nil {
		return p, fmt.Errorf("looking for process %q: %w", name, err)
	}
	p.Known, p.Alive = true, !free
	// The record is empty for the moment between the start of the process and the writing of its id.
	if err := json.NewDecoder(f).Decode(&p); err != nil && !errors.Is(err, io.EOF) {
		return p, fmt.Errorf("reading the record of process %q: %w", name, err)
	}
	return p, nil
}

// List returns the processes that the table knows, by name.
func (t Table) List() ([]Process, error) {
	entries, err := os.ReadDir(t.Dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var all []Process
	for _, e := range entries {
		name, ok := strings.CutSuffix(e.Name(), suffix)
		if !ok {
			continue
		}
		p, err := t.Find(name)
		if err != nil {
			return nil, err
		}
		if p.Known {
			all = append(all, p)
		}
	}
	return all, nil
}
