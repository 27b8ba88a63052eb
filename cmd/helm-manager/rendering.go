package main

import (
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/spf13/pflag"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/helm-dm/helm-dm/render/worker"
)

// leastMemory is what a worker needs for the charts there are, in bytes.
const leastMemory = 192 << 20

// rendering is what charts may cost. The manager and all its workers at their
// bounds must stay under the memory limit of the container: where one process
// goes beyond it, all end.
type rendering struct {
	workers int
	memory  resource.QuantityValue
	time    time.Duration
}

func newRendering() rendering {
	return rendering{workers: 2, memory: resource.QuantityValue{Quantity: resource.MustParse("384Mi")}, time: 20 * time.Second}
}

func (r *rendering) addFlags(fs *pflag.FlagSet) {
	fs.IntVar(&r.workers, "render-workers", r.workers, "processes that render charts, each one at a time; all of them at --render-memory and the manager itself must fit into the memory limit of its container")
	fs.Var(&r.memory, "render-memory", "memory that one of them may use")
	fs.DurationVar(&r.time, "render-time", r.time, "time that the rendering of a chart may take, its lookups apart")
}

func (r *rendering) validate() error {
	var wrong []error
	if r.workers < 1 {
		wrong = append(wrong, fmt.Errorf("--render-workers %d: at least 1 is needed", r.workers))
	}
	if r.memory.Value() < leastMemory {
		wrong = append(wrong, fmt.Errorf("--render-memory %s: at least %dMi is needed", &r.memory, leastMemory>>20))
	}
	if r.time <= 0 {
		wrong = append(wrong, fmt.Errorf("--render-time %s: it must be positive", r.time))
	}
	return errors.Join(wrong...)
}

func (r *rendering) config(logger *slog.Logger) worker.Config {
	return worker.Config{Workers: r.workers, Memory: r.memory.Value(), Time: r.time, Logger: logger}
}
