package fetch

import "net/netip"

// span is a range of addresses that a rule is about. The ranges are those of the
// IANA registries of special-purpose addresses (RFC 6890 and what followed), and
// the addresses at which clouds tell a machine its own secrets.
type span struct {
	within netip.Prefix
	rule   Rule
}

// spans are in order: the first one that holds an address decides.
func spans() []span {
	var all []span
	for _, group := range []struct {
		rule     Rule
		prefixes []string
	}{
		{RuleLinkLocal, []string{
			"169.254.0.0/16", "fe80::/10",
			"100.100.100.200/32",                // Alibaba Cloud
			"168.63.129.16/32",                  // Azure
			"192.0.0.192/32",                    // Oracle Cloud
			"fd00:ec2::/32", "fd20:ce::254/128", // Amazon, Google
			"fd00:42::42/128", // Scaleway
		}},
		{RulePrivate, []string{
			"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7",
			"127.0.0.0/8", "::1/128",
			"100.64.0.0/10", // carrier-grade NAT, which clouds give to clusters
		}},
		{RuleReserved, []string{
			"0.0.0.0/8", "192.0.0.0/24", "192.88.99.0/24",
			"192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32", "3fff::/20", // documentation
			"198.18.0.0/15",              // benchmarks
			"224.0.0.0/4", "240.0.0.0/4", // multicast, reserved and broadcast
			"2001::/23", // protocols, Teredo among them
		}},
	} {
		for _, prefix := range group.prefixes {
			all = append(all, span{netip.MustParsePrefix(prefix), group.rule})
		}
	}
	return all
}

// ruleOf is the rule that an address falls under; empty for one of the public
// Internet.
func (n *Network) ruleOf(a netip.Addr) Rule {
	a = embedded(a.WithZone("").Unmap())
	for _, s := range n.spans {
		if s.within.Contains(a) {
			return s.rule
		}
	}
	if a.Is6() && a.As16()[0]>>5 != 1 { // 2000::/3 is all of IPv6 that is in use
		return RuleReserved
	}
	return ""
}

// embedded is the IPv4 address that a translator on the way would dial: NAT64
// (RFC 6052) and 6to4 (RFC 3056).
func embedded(a netip.Addr) netip.Addr {
	b := a.As16()
	switch {
	case netip.MustParsePrefix("64:ff9b::/96").Contains(a):
		return netip.AddrFrom4([4]byte(b[12:]))
	case netip.MustParsePrefix("2002::/16").Contains(a):
		return netip.AddrFrom4([4]byte(b[2:6]))
	}
	return a
}
