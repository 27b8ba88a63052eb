// Package reach goes to repositories for callers: it knows those that an
// administrator added, finds the one that a reference leads to for a caller, and
// finds, fetches and keeps charts there.
//
// A repository that an administrator added is opened with its credential, and may
// lie at a private address. Where it leads from there is another matter: to the
// private addresses of other repositories it does not, or whoever writes in one
// would read them all. For a caller who may not use it, it does not exist:
// the reference is taken for what it says itself, a place that is reached without
// a credential, at public addresses alone, or not at all where the manager takes
// charts from no such places.
package reach
