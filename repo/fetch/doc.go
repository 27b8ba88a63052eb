// Package fetch is the one way to everything remote: one dialer, one client, one
// place where it is decided who is spoken to and where a credential goes.
//
// Addresses are judged when they are dialled, after names were resolved and for
// every hop of a redirect, so that neither a name that changes its mind nor an
// odd notation of an address gains anything. Link-local and reserved addresses
// are never dialled, private ones only for origins that the policy lists. No
// proxy is used, whatever the environment says: it would dial in our place, and
// judge nothing.
//
// A credential goes to the origin (scheme, host and port) that it is bound to,
// and nowhere else. Everything that arrives is bounded in size and in time. TLS
// is never given up on the way, and certificates are always verified.
//
// Errors that come out of a client, or out of reading a body that it returned,
// hold an *repo.Error of the right kind, for Explain to find, or they match the
// error of the context that ended.
package fetch
