package fetch

import "net/netip"

// Pretend takes addresses for public ones: tests have none but loopback.
func (n *Network) Pretend(public ...string) {
	for _, prefix := range public {
		n.spans = append([]span{{within: netip.MustParsePrefix(prefix)}}, n.spans...)
	}
}

// Bound makes the bodies of answers smaller.
func (n *Network) Bound(most int64) { n.most = most }

// RuleOf is the rule that an address falls under.
func (n *Network) RuleOf(a netip.Addr) Rule { return n.ruleOf(a) }

// Forget closes the connections that are kept for further requests.
func (n *Network) Forget() {
	n.mutex.Lock()
	defer n.mutex.Unlock()
	for _, t := range n.transports {
		t.CloseIdleConnections()
	}
}
