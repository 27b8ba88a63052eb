// Package sandbox takes from a process what a rendering has no business with:
// files, the network, other programs, and more memory than it was given. There
// is no way back.
//
// On Linux it sets resource limits, asks Landlock to deny every path, every TCP
// port and signals to others, and has seccomp allow only the system calls that
// the Go runtime needs. Both reach all threads of the process, so that it need
// not be executed anew. Then it tries what must fail, and reports what held: a
// kernel without one of the two is told of, and so is any other system, where
// only the limits of the Go runtime hold.
package sandbox
