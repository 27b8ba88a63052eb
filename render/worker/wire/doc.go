// Package wire is the language between the manager and its render workers:
// frames on pipes, each with a small head of JSON and raw parts for the big
// texts.
//
// A worker may have been taken over by the chart it renders, so nothing that it
// says is trusted: the sizes and the number of parts of a frame are capped
// before anything is read, a head is bounded in size and thereby in depth, and
// what a decoded message promises (metadata that is there and valid, values that
// are JSON objects) has been checked. That a text is true cannot be checked: a
// worker can lie about its own rendering, and about nothing else.
package wire
