// Package operation waits for the operation that a command started, shows its
// progress, and explains how it ended: with which objects to blame, or how to
// look again where the waiting ended first. The operation itself goes on in the
// manager, whatever becomes of the waiting.
package operation
