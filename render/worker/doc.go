// Package worker renders charts in processes that can be killed.
//
// A Pool keeps a few worker processes warm, all of the program's own binary, and
// gives each one job at a time. A worker has no environment, no files, no network
// and a bound on its memory, as far as the system enforces it (Confinement says
// so); the pool adds bounds on time, output and lookups. What goes beyond a bound
// costs one worker: the caller gets a *render.BudgetError, everybody else another
// worker.
//
// Workers keep parsed charts by the digest of their bytes, and nothing else from
// one job to the next. A lookup is answered by the function of the request whose
// worker asks, for there is no other that its pipe could reach. What a worker
// says is checked by package wire; what it writes to its standard error may quote
// secrets, so it is told apart and thrown away.
package worker
