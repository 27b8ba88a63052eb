// Package fault is how a command fails: an error that may know its exit code
// and a command that mends it, the one table from errors to exit codes, and
// what people are told.
//
// An error of any kind becomes one line `Error: …` and, where something may
// mend it, a line `Try: …`, both on standard error.
package fault
