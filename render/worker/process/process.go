package process

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"strconv"
	"time"
	_ "time/tzdata" // charts may name time zones, and a worker has no files

	"github.com/helm-dm/helm-dm/render/worker/job"
	"github.com/helm-dm/helm-dm/render/worker/page"
	"github.com/helm-dm/helm-dm/render/worker/sandbox"
	"github.com/helm-dm/helm-dm/render/worker/wire"
)

// Name is the first argument of a program that shall be a worker.
const Name = "render-worker"

// Arguments are those of a worker whose data segment is bounded, in bytes.
func Arguments(memory int64) []string { return []string{Name, strconv.FormatInt(memory, 10)} }

// Asked tells whether the program was started, with the arguments args, to be a
// worker. Then it calls Main and nothing else.
func Asked(args []string) bool { return len(args) == 3 && args[1] == Name }

// Main is the life of a worker. It returns the exit code.
func Main(args []string) int {
	if err := run(args); err != nil {
		fmt.Fprintln(os.Stderr, "render worker:", err)
		return 1
	}
	return 0
}

func run(args []string) error {
	memory, err := strconv.ParseInt(args[2], 10, 64)
	if err != nil || memory <= 0 {
		return fmt.Errorf("%q is no bound on memory, in bytes", args[2])
	}
	out := os.Stdout
	os.Stdout = os.Stderr // nobody else writes frames
	time.Local = time.UTC // the zone of the machine is in its files
	runtime.GOMAXPROCS(2) // a job and the collector
	p, err := page.Open()
	if err != nil {
		return err
	}
	report := sandbox.Confine(memory)
	frames := make(chan wire.Frame)
	b := &bench{
		in: frames, out: wire.NewWriter(out), page: p,
		spent: memory / 2, local: job.Local{CacheBytes: memory / 8},
	}
	ready, err := wire.EncodeReady(wire.Confinement(report))
	if err != nil {
		return err
	}
	if err := b.out.Write(ready); err != nil {
		return err
	}
	go listen(os.Stdin, frames)
	return b.run()
}

// listen reads frames until the input ends, which ends the process, whatever it
// is doing.
func listen(in io.Reader, frames chan<- wire.Frame) {
	r := wire.NewReader(in)
	for {
		f, err := r.Read()
		if err != nil {
			os.Exit(0)
		}
		frames <- f
	}
}
