package sandbox

import (
	"fmt"
	"runtime/debug"
)

// Stack bounds the stack of a goroutine, in bytes. It is deep enough for every
// nesting that package render allows.
const Stack = 64 << 20

// Report says what a process is confined by.
type Report struct {
	Enforced []string // what holds, proven
	Missing  []string // what does not hold, each with the reason
}

func (r *Report) add(what string, err error) {
	if err == nil {
		r.Enforced = append(r.Enforced, what)
	} else {
		r.Missing = append(r.Missing, fmt.Sprintf("%s: %v", what, err))
	}
}

// Confine confines the process for good. memory bounds its data segment, in
// bytes. What is open stays open.
//
// The collector works harder from three quarters of memory on, so that garbage
// alone never exhausts it.
func Confine(memory int64) Report {
	debug.SetMaxStack(Stack)
	debug.SetMemoryLimit(memory / 4 * 3)
	var r Report
	confine(&r, memory)
	return r
}
