// Package job is the contract between those who want charts inspected and
// rendered and those who do it: a pool of worker processes, or Local in the
// process that asks.
//
// Charts and parameters are untrusted and cross this contract as bytes and
// texts: whoever asks neither opens the one nor parses the other. Nothing of a
// job reaches another: every rendering starts from fresh roots, only the parsed
// chart is kept, by the digest of its bytes. A digest is not a right: whoever
// asks has made sure that the caller may have that chart.
package job
