// Package program runs the programs that are compared: each in a process of its
// own, with an environment that holds nothing of the user's, until its time is
// up. It says what they printed and what that cost.
//
// A program is started by a launcher, a second copy of the calling program, which
// does nothing else: the kernel counts the memory of who starts a process as that
// process's own, and the caller holds the output of many. A main or TestMain that
// uses this package therefore begins with
//
//	if program.IsLauncher() {
//		os.Exit(program.Launch())
//	}
package program
