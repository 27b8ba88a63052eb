// Package progress tells how an operation goes: on a terminal as a block of
// lines that changes in place, one an object, elsewhere as one line a change.
// It also words objects and log lines for whoever prints them otherwise.
package progress
