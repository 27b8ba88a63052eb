// Package parameter turns the flags that give a deployment its parameters into
// the sources that the manager merges. It reads the files that they name and
// looks at no value: paths, types and escapes are the manager's to understand.
// Its errors are of bad usage.
package parameter
