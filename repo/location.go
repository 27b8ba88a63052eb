package repo

import (
	"crypto/sha256"
	"encoding/hex"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Location is where a repository is: PROTO://HOST[:PORT]/BUCKET. Locations are
// equal when they are the same. The zero value is none.
//
//	https://HOST/BUCKET    an index, or the public listing of a bucket
//	s3://BUCKET            at Amazon; also with a PREFIX behind
//	s3://HOST[:PORT]/BUCKET at a store that speaks S3: its name has a dot or a port
//	gs://BUCKET            at Google
//	azblob://CONTAINER     at Azure, in the account that the credential names
//	azblob://HOST/CONTAINER
//	oci://HOST[:PORT]/NAMESPACE
//
// http:// stands for an index without TLS; s3+http://, azblob+http:// and
// oci+http:// likewise.
type Location struct {
	scheme string // https, s3, gs, azblob, oci
	plain  bool   // without TLS
	host   string // with the port, in lower case; empty for a store without a host of its own
	path   string // BUCKET, of one or more segments; may be empty for https and oci
}

var (
	hostPattern    = regexp.MustCompile(`^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[([0-9a-f:.]+)\])(?::([1-9][0-9]{0,4}))?$`)
	segmentPattern = regexp.MustCompile(`^[A-Za-z0-9._~+-]+$`)
	notInNames     = regexp.MustCompile(`[^a-z0-9]+`)
)

const (
	maxLocation = 2048
	maxSlug     = 120 // of a name, in bytes
)

// ParseLocation reads the address of a repository. Its error is an *Error that
// matches ErrInvalid, and never quotes what may hold a password.
func ParseLocation(text string) (Location, error) {
	if strings.ContainsAny(text, "@?#") {
		return Location{}, Fail(ErrInvalid, "the address of the repository holds a user, a query or a fragment, none of which belongs there").
			Mend("store a password or a signature with helm credential add, and name it with -c")
	}
	if len(text) > maxLocation {
		return Location{}, Fail(ErrInvalid, "the address of the repository is longer than %d bytes", maxLocation)
	}
	proto, rest, ok := strings.Cut(text, "://")
	l := Location{scheme: strings.ToLower(proto)}
	if l.scheme == "http" {
		l.scheme, l.plain = "https", true
	} else if base, plain := strings.CutSuffix(l.scheme, "+http"); plain && base != "https" && base != "gs" {
		l.scheme, l.plain = base, true
	}
	if !ok || !slices.Contains([]string{"https", "s3", "gs", "azblob", "oci"}, l.scheme) {
		return Location{}, Fail(ErrInvalid, "reading repository %q: it does not begin with a protocol that is known", text).
			Mend("write https://HOST/BUCKET, s3://BUCKET, gs://BUCKET, azblob://CONTAINER or oci://HOST/NAMESPACE")
	}
	host, path, _ := strings.Cut(strings.TrimRight(rest, "/"), "/")
	l.host, l.path = strings.ToLower(host), path
	if l.hostless(host) {
		l.host, l.path = "", strings.TrimRight(rest, "/")
	} else if short := strings.TrimSuffix(l.host, l.usual()); !l.hostless(short) {
		l.host = short
	}
	return l, l.check(text)
}

// hostless says whether what follows the protocol is a bucket of the store that
// the protocol means.
func (l Location) hostless(authority string) bool {
	switch l.scheme {
	case "gs":
		return true
	case "s3", "azblob":
		return !l.plain && !strings.ContainsAny(authority, ".:")
	}
	return false
}

// usual is the port that goes without saying.
func (l Location) usual() string {
	if l.plain {
		return ":80"
	}
	return ":443"
}

// reachable says whether its host is one, or it needs none.
func (l Location) reachable() bool {
	if l.host == "" {
		return l.path != "" && l.hostless("")
	}
	parts := hostPattern.FindStringSubmatch(l.host)
	if parts == nil {
		return false
	}
	address, port := parts[1], parts[2]
	if address != "" {
		if _, err := netip.ParseAddr(address); err != nil {
			return false
		}
	}
	_, err := strconv.ParseUint(port, 10, 16)
	return port == "" || err == nil
}

func (l Location) check(text string) error {
	if !l.reachable() {
		return Fail(ErrInvalid, "reading repository %q: its host cannot be read", text)
	}
	if l.path == "" {
		if l.scheme == "https" || l.scheme == "oci" {
			return nil
		}
		return Fail(ErrInvalid, "reading repository %q: it names no bucket", text)
	}
	for _, segment := range strings.Split(l.path, "/") {
		if !segmentPattern.MatchString(segment) || segment == "." || segment == ".." {
			return Fail(ErrInvalid, "reading repository %q: a part of its path is empty, leads elsewhere or holds what none may", text)
		}
	}
	return nil
}

// Scheme is https, s3, gs, azblob or oci; what is without TLS has the same.
func (l Location) Scheme() string { return l.scheme }

// Plain says that it is spoken to without TLS.
func (l Location) Plain() bool { return l.plain }

// Host is HOST[:PORT], empty for a store without a host of its own.
func (l Location) Host() string { return l.host }

// Path is the BUCKET, without slashes around it.
func (l Location) Path() string { return l.path }

// String is the address in the one form in which it is printed: that which
// ParseLocation reads, without the port that goes without saying.
func (l Location) String() string {
	proto := l.scheme
	switch {
	case l.plain && l.scheme == "https":
		proto = "http"
	case l.plain:
		proto += "+http"
	}
	return proto + "://" + strings.Trim(l.host+"/"+l.path, "/")
}

// Key is HOST/BUCKET as short references have it: s3/BUCKET, gs/BUCKET and
// azblob/CONTAINER for the stores without hosts.
func (l Location) Key() string {
	if l.host == "" {
		return l.scheme + "/" + l.path
	}
	return strings.TrimRight(l.host+"/"+l.path, "/")
}

// Origin is what its credential is bound to.
func (l Location) Origin() Origin {
	scheme := "https"
	if l.plain {
		scheme = "http"
	}
	host := l.host
	switch {
	case host != "":
	case l.scheme == "s3":
		host = "s3.amazonaws.com"
	case l.scheme == "gs":
		host = "storage.googleapis.com"
	case l.scheme == "azblob":
		host = "blob.core.windows.net"
	}
	return OriginOf(&url.URL{Scheme: scheme, Host: host})
}

// Name is what the API calls the repository: a DNS subdomain made of the key,
// the same whatever the protocol.
func (l Location) Name() string {
	slug := notInNames.ReplaceAllString(strings.ToLower(l.Key()), "-")
	sum := sha256.Sum256([]byte(l.Key()))
	return strings.Trim(slug[:min(len(slug), maxSlug)]+"-"+hex.EncodeToString(sum[:4]), "-")
}
