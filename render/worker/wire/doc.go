// Package wire is the language between the manager and its render workers:
// frames on pipes, each with a small head of JSON and raw parts for the big
// texts.
//
// A worker may have been taken over by a chart it rendered, so nothing that it
// says is trusted: the sizes and the number of parts of a frame are capped
// before anything is read, a head is bounded in size and in what it can decode
// to, what a decoded message promises (metadata that is there and valid, values
// that are JSON objects) has been checked, and texts that reach errors are short
// and without control characters. Every frame bears the number of its job, which
// a worker cannot guess beforehand: what is said late reaches no other job.
//
// That a text is true cannot be checked. A worker that was taken over and gives
// no sign of it does further jobs until it is replaced: it can lie about their
// renderings, sees their charts, parameters and the answers to their lookups, and
// can ask lookups in their names. Out of its confinement it can tell nobody but
// those whose jobs it does.
package wire
