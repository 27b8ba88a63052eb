package program

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// Bounds of a run.
const (
	timeLimit   = 30 * time.Second
	outputLimit = 128 << 20 // bytes, of each stream
)

// Runner starts programs.
type Runner struct {
	launcher    string
	environment []string
}

// NewRunner returns a runner whose programs have home for their home, and for
// all files that they keep. The caller removes it.
func NewRunner(home string) (*Runner, error) {
	launcher, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("finding the launcher: %w", err)
	}
	home, err = filepath.Abs(home)
	if err != nil {
		return nil, err
	}
	return &Runner{launcher: launcher, environment: []string{
		"HOME=" + home,
		"KUBECONFIG=" + filepath.Join(home, "kubeconfig"), // there is none
		"PATH=" + os.Getenv("PATH"),
		"SOURCE_DATE_EPOCH=1000000000",
		"TMPDIR=" + os.TempDir(),
		launchVar + "=1",
	}}, nil
}

// Call is one run of a program.
type Call struct {
	Program string // its path
	Args    []string
	Dir     string // the working folder; the caller's when empty
}

// String is the call as one would type it.
func (c Call) String() string {
	return filepath.Base(c.Program) + " " + strings.Join(c.Args, " ")
}

// Result is what came of a call.
type Result struct {
	Stdout []byte
	Stderr []byte
	Code   int // exit code; -1 when a signal ended the program
	Cost   Cost
}

// Cost is what a run took.
type Cost struct {
	Wall     time.Duration
	CPU      time.Duration // of all threads
	Resident int64         // the most memory held at once, in bytes
}

// Run runs a program to its end. That the program failed is no error; that it did
// not start, print within bounds or end in time is one.
func (r *Runner) Run(ctx context.Context, call Call) (Result, error) {
	ctx, cancel := context.WithTimeout(ctx, timeLimit)
	defer cancel()
	result, err := r.run(ctx, call)
	if err != nil {
		return result, fmt.Errorf("running %q: %w", call, err)
	}
	return result, nil
}

func (r *Runner) run(ctx context.Context, call Call) (Result, error) {
	told, tell, err := os.Pipe()
	if err != nil {
		return Result{}, err
	}
	defer told.Close()
	cmd := exec.CommandContext(ctx, r.launcher, append([]string{call.Program}, call.Args...)...)
	stdout, stderr := &bounded{}, &bounded{}
	cmd.Stdout, cmd.Stderr = stdout, stderr
	cmd.Dir, cmd.Env = call.Dir, r.environment
	cmd.ExtraFiles = []*os.File{tell}
	cmd.WaitDelay = time.Second
	err = cmd.Start()
	_ = tell.Close() // the launcher has it now
	if err != nil {
		return Result{}, err
	}
	if err = cmd.Wait(); ctx.Err() != nil {
		return Result{}, context.Cause(ctx)
	}
	if err != nil {
		return Result{}, fmt.Errorf("%w: %s", err, stderr.Bytes())
	}
	out := report{}
	if err := json.NewDecoder(told).Decode(&out); err != nil {
		return Result{}, fmt.Errorf("reading the launcher's report: %w", err)
	}
	return Result{Stdout: stdout.Bytes(), Stderr: stderr.Bytes(), Code: out.Code, Cost: out.Cost}, nil
}

// bounded is a buffer that refuses to grow without end.
type bounded struct{ bytes.Buffer }

func (b *bounded) Write(data []byte) (int, error) {
	if b.Len()+len(data) > outputLimit {
		return 0, fmt.Errorf("the program printed more than %d bytes", outputLimit)
	}
	return b.Buffer.Write(data)
}
