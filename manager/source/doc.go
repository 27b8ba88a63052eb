// Package source holds the use-cases about where charts come from: repositories
// and credentials, searching, inspecting and releasing, and resolving a reference
// to one exact package.
//
// Whose repository it is decides everything. One that an administrator added is
// opened with its credential and may lie at a private address, for callers who
// may use it; for all others it does not exist, and what they ask for goes the
// way of every reference that nobody configured: anonymously, to public
// addresses, or not at all where the manager refuses those. So nobody learns from
// an answer what is configured.
//
// A digest is no right. What is fetched is held against the digest that its
// repository told, but is never taken from a store because a repository claims
// to have it: whoever writes an index could claim any.
package source
