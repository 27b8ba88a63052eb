package worker

import (
	"cmp"
	"log/slog"
	"runtime"
	"time"
)

// Config bounds a Pool and its jobs. The zero value works.
type Config struct {
	// Workers is how many processes there are; default GOMAXPROCS.
	Workers int
	// Memory bounds the data segment of each, in bytes; default 384 MiB, of which
	// two fit into a gigabyte beside the manager. A worker that has come to half
	// of it is replaced after its job.
	Memory int64
	// Time bounds a job on the clock, without the time that its lookups and the
	// opening of its package take; default 20 s.
	Time time.Duration
	// Longest bounds a job on the clock with them; default 5 minutes.
	Longest time.Duration
	// Output bounds what the templates of a job produce, and what functions
	// generate in it, each in bytes; default 24 MiB, more than a release holds. A
	// request may have lower bounds. An answer with values, schema and CRDs has at
	// most wire.MaxFrame bytes.
	Output int64
	// Lookups bounds how many lookups a job makes, LookupBytes the answers
	// together; defaults 1,000 and 16 MiB.
	Lookups     int
	LookupBytes int64
	// Queue bounds the jobs that wait for a worker, a quarter of it those of one
	// owner; default 256.
	Queue int
	// Logger is told once what confines the workers, and of those that die;
	// default slog.Default.
	Logger *slog.Logger
}

func (c Config) defaults() Config {
	c.Workers = cmp.Or(c.Workers, runtime.GOMAXPROCS(0))
	c.Memory = cmp.Or(c.Memory, 384<<20)
	c.Time = cmp.Or(c.Time, 20*time.Second)
	c.Longest = cmp.Or(c.Longest, 5*time.Minute)
	c.Output = cmp.Or(c.Output, 24<<20)
	c.Lookups = cmp.Or(c.Lookups, 1000)
	c.LookupBytes = cmp.Or(c.LookupBytes, 16<<20)
	c.Queue = cmp.Or(c.Queue, 256)
	c.Logger = cmp.Or(c.Logger, slog.Default())
	return c
}
