// Package state keeps what must outlive a process: records, revisions in Helm's
// release format, uploaded charts, and which replica holds which operation.
//
// Everything lies in Secrets, kept by package state/secret: in a cluster in
// production, in memory in tests. Records and charts lie in the manager's own
// namespace, where no namespace user can write; revisions lie beside what they
// describe, where Helm looks for them, and are therefore believed only as far
// as the digest in the record confirms them.
//
// Lists and watches of records are served from a Feed, which follows the
// Secrets and replays what happened from any recent resource version.
package state
