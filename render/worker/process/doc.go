// Package process is the inside of a render worker: it confines itself, then
// does one job after the other, as its standard input asks, and answers on its
// standard output. Nothing on disk is read and no environment: a worker knows
// what it is sent.
//
// It ends when its input does. What ends it earlier, a bound on memory or a kill,
// is for the pool to notice and to explain; for that it leaves the path of the
// template that it executes on a page that it shares with the pool.
package process
