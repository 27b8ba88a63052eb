package repo

import (
	"net"
	"net/url"
	"strings"
)

// Origin is what a credential is bound to: who is spoken to, and how. Origins are
// equal when they are the same.
type Origin struct {
	Scheme string // http or https
	Host   string // in lower case, an IPv6 address without brackets
	Port   string // never empty
}

// OriginOf is the origin of an http or https address.
func OriginOf(u *url.URL) Origin {
	o := Origin{Scheme: strings.ToLower(u.Scheme), Host: strings.TrimSuffix(strings.ToLower(u.Hostname()), "."), Port: u.Port()}
	if o.Port == "" {
		o.Port = "443"
		if o.Scheme == "http" {
			o.Port = "80"
		}
	}
	return o
}

// ParseOrigin reads SCHEME://HOST[:PORT], the scheme being http or https. Its error
// is an *Error that matches ErrInvalid, and never quotes what may hold a password.
func ParseOrigin(text string) (Origin, error) {
	l, err := ParseLocation(text)
	if err != nil {
		return Origin{}, err
	}
	if l.Scheme() != "https" || l.Path() != "" {
		return Origin{}, Fail(ErrInvalid, "reading origin %q: it is more or less than a protocol, a host and a port", text).
			Mend("write https://HOST[:PORT] or http://HOST[:PORT]")
	}
	return l.Origin(), nil
}

// String is SCHEME://HOST[:PORT].
func (o Origin) String() string {
	host := o.Host
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if o.Scheme == "https" && o.Port == "443" || o.Scheme == "http" && o.Port == "80" {
		return o.Scheme + "://" + host
	}
	return o.Scheme + "://" + net.JoinHostPort(o.Host, o.Port)
}
