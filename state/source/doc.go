// Package source keeps where charts come from: repositories, and the credentials
// that open them. They lie in Secrets of the manager's own namespace, and once
// stored nothing of them changes but what a credential is bound to.
//
// Three promises hold whoever asks, on however many replicas, and wherever one
// of them dies. The secret of a credential is in no type that lists, gets or
// watches return: it leaves through Credentials.Open alone, for the origin that
// the credential is bound to. It is bound before it is sent for the first time,
// and for good (CVE-2026-45625). And there is no repository whose credential is
// gone.
//
// The last one takes an order of writes. A repository with a credential is first
// stored as a draft, which nobody sees; then its credential is written to, which
// fails when that is gone; then the draft becomes a repository, unless somebody
// removed it. Who removes a credential reads it, refuses when repositories name
// it, removes the drafts that do, and then removes it if nobody wrote to it
// since it was read. A draft that was left behind is in nobody's way.
package source
