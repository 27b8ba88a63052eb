//go:build race

package worker_test

// raced says whether the race detector is on, in the workers too: it takes more
// memory than any bound allows.
const raced = true
