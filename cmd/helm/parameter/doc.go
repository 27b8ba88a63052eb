// Package parameter turns the flags that give a deployment its parameters into
// the sources that the manager merges. It reads the files that they name, and
// tries the merge for what can be refused before anything is sent; what counts
// is the manager's. Its errors are of bad usage, and tell no value.
package parameter
