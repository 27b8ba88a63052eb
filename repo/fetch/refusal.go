package fetch

import (
	"fmt"
	"net/netip"

	"github.com/helm-dm/helm-dm/repo"
)

// Rule is one of the policy, in words.
type Rule string

// The rules.
const (
	RulePrivate   = Rule("it has no public address, and a private address is dialled only for a repository that an administrator added")
	RuleLinkLocal = Rule("link-local addresses and those of a cloud's own services are never dialled")
	RuleReserved  = Rule("addresses that are reserved are never dialled")
	RuleScheme    = Rule("nothing but https and http is followed")
	RulePlain     = Rule("what begins with TLS does not go on without it")
	RuleUser      = Rule("an address that holds a user or a password is not followed")
	RuleRedirects = Rule("it redirects more than 5 times")
	RuleCircle    = Rule("it redirects in a circle")
	RuleUpload    = Rule("an upload is not sent on to where it is redirected")
)

// Refusal says that the policy forbids a request. It matches repo.ErrRefused. Its
// text does not tell the address, because whoever asks may have no right to know
// which names an internal network has.
type Refusal struct {
	Rule    Rule
	Host    string     // as it was asked for
	Address netip.Addr // that it has; the zero value when the address did not matter
	// Origin is whom the address was dialled for; the zero value likewise.
	Origin repo.Origin
}

func (r *Refusal) Error() string { return fmt.Sprintf("%.253q is refused: %s", r.Host, r.Rule) }

// Unwrap returns the kind of the error.
func (r *Refusal) Unwrap() error { return repo.ErrRefused }

// try says how an administrator allows it, or that nobody can.
func (r *Refusal) try() string {
	switch r.Rule {
	case RulePrivate:
		return "let an administrator add it as a repository: helm repo add URL"
	case RulePlain:
		return "if that is meant, let an administrator add the repository by its address without TLS (http://…, oci+http://…, s3+http://…): helm repo add URL"
	}
	return "no option allows that: let the repository name another address"
}
