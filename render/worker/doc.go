// Package worker renders charts in processes that can be killed.
//
// A Pool keeps a few worker processes warm, all of the program's own binary, and
// gives each one job at a time. A worker has no environment, no files, no network
// and a bound on its memory, as far as the system enforces it (Confinement says
// so); the pool adds bounds on time, output and lookups. What goes beyond a bound
// costs one worker: the caller gets a *render.BudgetError, everybody else another
// worker. Jobs that wait for workers are done in turns among those for whom they
// are done.
//
// Workers keep parsed charts by the digest of their bytes, and nothing else from
// one job to the next, unless a chart has broken out of the template engine: then
// its worker may do to later jobs what package wire says. A lookup is answered by
// the function of the request whose worker asks, for there is no other that its
// pipe could reach. What a worker says is checked by package wire; what it writes
// to its standard error may quote secrets, so it is searched for the phrases by
// which processes end, and thrown away.
package worker
