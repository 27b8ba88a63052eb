package fetch

import (
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/helm-dm/helm-dm/repo"
)

// Policy says what may be dialled and how long one waits. The zero value refuses
// all private addresses.
type Policy struct {
	// Private says which origins may lie at private addresses: those that an
	// administrator added. It is asked at every dial, by any number of goroutines.
	// Nil means none.
	Private func(repo.Origin) bool
	// Anywhere means that all origins may lie at private addresses, for a client on
	// its user's own machine.
	Anywhere bool
	// Resolver resolves names. Nil means the system's.
	Resolver *net.Resolver

	Connect time.Duration // until a connection stands, with TLS; 0 means 10 seconds
	Answer  time.Duration // until the header of an answer is there; 0 means 30 seconds
	Stall   time.Duration // that a body may send nothing; 0 means 30 seconds
	Whole   time.Duration // for a request with the body of its answer; 0 means 10 minutes
}

// Network gives clients that keep a policy. They share connections.
type Network struct {
	policy Policy
	spans  []span
	most   int64 // bytes that a body may have

	mutex      sync.Mutex
	transports map[string]*http.Transport // by the PEM that is trusted besides the system's
}

// New returns the network of a policy.
func New(p Policy) *Network {
	return &Network{policy: p.defaulted(), spans: spans(), most: repo.MaxIndex, transports: map[string]*http.Transport{}}
}

func (p Policy) defaulted() Policy {
	p.Connect = either(p.Connect, 10*time.Second)
	p.Answer = either(p.Answer, 30*time.Second)
	p.Stall = either(p.Stall, 30*time.Second)
	p.Whole = either(p.Whole, 10*time.Minute)
	return p
}

func either(wanted, otherwise time.Duration) time.Duration {
	if wanted == 0 {
		return otherwise
	}
	return wanted
}
