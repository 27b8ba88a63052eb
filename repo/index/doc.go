// Package index reads and writes the index.yaml of a classic repository. An
// index of any size is read as a stream, one entry in memory at a time; what it
// says is checked before it is handed on, and an entry that is wrong is set aside
// without stopping the others (S50). Releases have the texts, bounds and forms
// that package repo promises.
//
// An index is written by changing its text: what somebody else put into it stays
// as it is.
package index
