// Package terminal writes for people: answers to standard output, everything
// else to standard error, and a block of lines that changes in place where
// standard error is a terminal.
//
// What it writes came from a server, so every line loses its control characters
// first: no answer can move the cursor or disguise itself.
package terminal
