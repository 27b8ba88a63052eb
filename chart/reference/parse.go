package reference

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/helm-dm/helm-dm/chart"
)

// maxLength bounds a reference; no file system and no server takes longer ones.
const maxLength = 4096

var (
	segmentPattern = regexp.MustCompile(`^[A-Za-z0-9._~+-]+$`)
	hostPattern    = regexp.MustCompile(`^([A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?$`)
	// ociPattern is a name in the distribution specification of OCI.
	ociPattern = regexp.MustCompile(`^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*$`)
)

// Parse reads a reference. Its error is an *Error.
func Parse(text string) (Reference, error) {
	if len(text) > maxLength {
		return Reference{}, &Error{"", "it is longer than 4096 bytes", tryShort}
	}
	r, wrong := parse(text)
	if wrong == nil {
		return r, nil
	}
	if !mayHoldSecret(text) {
		wrong.Text = text
	}
	return Reference{}, wrong
}

// mayHoldSecret says whether a text has anything in it that stands between
// credentials and a host, or before a signature. What of it is what cannot be
// told where the text is malformed.
func mayHoldSecret(text string) bool {
	if i := strings.LastIndex(text, "@"); i >= 0 && chart.IsDigest(text[i+1:]) {
		text = text[:i]
	}
	return strings.ContainsAny(text, "@?")
}

func parse(text string) (Reference, *Error) {
	if strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return Reference{}, &Error{Reason: "it holds a character that cannot be printed", Try: tryShort}
	}
	if IsLocal(text) {
		return Reference{Kind: KindLocal, Location: text}, nil
	}
	r := Reference{Location: text}
	if i := strings.LastIndex(text, "@sha"); i >= 0 {
		r.Location, r.Digest = text[:i], text[i+1:]
		if !chart.IsDigest(r.Digest) {
			return r, &Error{Reason: "its digest cannot be read", Try: tryDigest}
		}
	}
	location, version, given := strings.Cut(r.Location, "#")
	r.Location, r.Version = location, strings.TrimSpace(version)
	if wrong := r.settle(given); wrong != nil {
		return r, wrong
	}
	if given && !IsExact(r.Version) && (r.Version == "" || !isRange(r.Version)) {
		return r, &Error{Reason: "what follows # is no version", Try: tryRange}
	}
	return r, nil
}

// IsLocal says whether a text means a chart on this machine, by its looks alone.
func IsLocal(text string) bool {
	return strings.HasPrefix(text, ".") || strings.HasPrefix(text, "/") || strings.HasPrefix(text, "file:")
}

// settle finds the kind of r from its location and brings that into the form in
// which it is printed.
func (r *Reference) settle(versioned bool) *Error {
	scheme, rest, absolute := strings.Cut(r.Location, "://")
	switch {
	case absolute && scheme == "oci":
		return r.settleOCI(rest, versioned)
	case absolute:
		return r.settleLong(scheme, versioned)
	}
	bare := strings.TrimPrefix(r.Location, shortPrefix)
	if host, rest, ok := strings.Cut(bare, "/"); ok {
		bare = strings.ToLower(host) + "/" + rest
	}
	name, uploaded := strings.CutPrefix(bare, uploadPrefix)
	switch {
	case uploaded:
		r.Kind, r.Location = KindUpload, bare
		return r.settleName(name)
	case !strings.HasPrefix(r.Location, shortPrefix) && !strings.Contains(bare, "/"):
		r.Kind = KindMade
		return r.settleName(bare)
	}
	r.Kind = KindShort
	return r.settleShort(bare)
}

// settleName is for charts outside repositories, of which a version is one.
func (r *Reference) settleName(name string) *Error {
	switch {
	case !isSegment(name):
		return &Error{Reason: "it is no name of a chart", Try: tryShort}
	case r.Version == "" && r.Kind == KindMade:
		return &Error{Reason: "it is a name alone", Try: "helm search " + name + " finds such charts; one of a folder is ./PATH"}
	case r.Version != "" && !IsExact(r.Version):
		return &Error{Reason: "it needs an exact version behind #", Try: tryExact}
	}
	return nil
}

func (r *Reference) settleShort(bare string) *Error {
	host, rest, _ := strings.Cut(bare, "/")
	segments := strings.Split(rest, "/")
	switch {
	case !hostPattern.MatchString(host):
		return &Error{Reason: "it does not begin with a host", Try: tryShort}
	case !allSegments(segments):
		return &Error{Reason: "a part of its path is empty, leads elsewhere or holds what no such name may", Try: tryShort}
	case isStore(host) && len(segments) < 2:
		return &Error{Reason: "it names no bucket", Try: "write helm:" + host + "/BUCKET/NAME"}
	}
	r.Location = shortPrefix + bare
	return nil
}

// isStore says whether the host stands for a kind of object stores, which have
// none of their own.
func isStore(host string) bool { return slices.Contains([]string{"s3", "gs", "azblob"}, host) }

// settleLong is for the address of a package.
func (r *Reference) settleLong(scheme string, versioned bool) *Error {
	if !slices.Contains([]string{"https", "http", "s3", "gs", "azblob"}, scheme) {
		return &Error{Reason: "its protocol is none of https, http, s3, gs, azblob and oci", Try: tryShort}
	}
	at, err := url.Parse(r.Location)
	switch {
	case err != nil:
		return &Error{Reason: "it is no address", Try: tryLong}
	case at.User != nil:
		return &Error{Reason: "it holds a user's name or password", Try: tryBare}
	case at.RawQuery != "" || at.ForceQuery:
		return &Error{Reason: "it holds a query, which may be a signature", Try: tryBare}
	case !hostPattern.MatchString(at.Host):
		return &Error{Reason: "it has no host", Try: tryLong}
	case slices.Contains(strings.Split(at.Path, "/"), "..") || slices.Contains(strings.Split(at.Path, "/"), "."):
		return &Error{Reason: "its path leads elsewhere", Try: tryLong}
	case !strings.HasSuffix(at.Path, ".tgz"):
		return &Error{Reason: "it is not the address of a package", Try: tryLong}
	case versioned:
		return &Error{Reason: "the address of a package has a version already", Try: "leave out # and what follows"}
	}
	at.Host = strings.ToLower(at.Host)
	r.Kind, r.Location = KindLong, at.String()
	return nil
}

func (r *Reference) settleOCI(rest string, versioned bool) *Error {
	host, name, _ := strings.Cut(rest, "/")
	name, tag, tagged := strings.Cut(name, ":")
	switch {
	case strings.Contains(host, "@"):
		return &Error{Reason: "it holds a user's name or password", Try: tryBare}
	case !hostPattern.MatchString(host):
		return &Error{Reason: "it has no host", Try: tryOCI}
	case slices.ContainsFunc(strings.Split(name, "/"), func(s string) bool { return !ociPattern.MatchString(s) }):
		return &Error{Reason: "a part of its path is no name in a registry, where names are in lower case", Try: tryOCI}
	case tagged && versioned:
		return &Error{Reason: "it has a tag and a version", Try: tryOCI}
	case tagged && (strings.Contains(tag, "+") || !IsExact(FromTag(tag))):
		return &Error{Reason: "its tag is no version", Try: tryOCI}
	case tagged:
		r.Version = FromTag(tag)
	}
	r.Kind, r.Location = KindOCI, ociPrefix+strings.ToLower(host)+"/"+name
	return nil
}

func allSegments(segments []string) bool {
	return !slices.ContainsFunc(segments, func(s string) bool { return !isSegment(s) })
}

func isSegment(text string) bool {
	return segmentPattern.MatchString(text) && text != "." && text != ".."
}
