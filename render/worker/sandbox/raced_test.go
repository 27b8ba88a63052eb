//go:build race

package sandbox_test

// raced says whether the race detector is on: a process with it needs more memory
// and more system calls than a confined one has.
const raced = true
