package listing

import (
	"encoding/xml"
	"errors"
	"io"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/helm-dm/helm-dm/repo"
)

const (
	maxDepth = 8        // of elements; the answers have 5
	maxText  = 8 << 10  // of one element, in bytes: names have 1 KiB
	maxToken = 64 << 10 // in bytes, which the decoder holds in memory
)

// answer is one page of a listing.
type answer struct {
	next      url.Values // asks for the next page; nil after the last
	truncated bool
	marker    string // where version 1 of S3 goes on
	last      string // the last name on the page
}

// errToken says that a token has no end for too long.
var errToken = errors.New("the token is too long")

// errForeign says that an answer is something else than a listing.
var errForeign = errors.New("it is no listing of a bucket")

// parse reads a page in any of the dialects and hands out its objects, whose keys
// are as the store has them. The error is errForeign, that of each or of r, or
// matches repo.ErrInvalid.
func parse(r io.Reader, each func(Object) error) (*answer, error) {
	page := &answer{}
	var object Object
	err := walk(r, func(path, text string) error {
		switch path {
		case "ListBucketResult/Contents", "EnumerationResults/Blobs/Blob":
			done := object
			object = Object{}
			page.last = max(page.last, done.Key)
			return each(done)
		default:
			page.read(path, text)
			object.read(path, text)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	page.settle()
	return page, nil
}

func (o *Object) read(path, text string) {
	switch path {
	case "ListBucketResult/Contents/Key", "EnumerationResults/Blobs/Blob/Name":
		o.Key = text
	case "ListBucketResult/Contents/Size", "EnumerationResults/Blobs/Blob/Properties/Content-Length":
		o.Size, _ = strconv.ParseInt(text, 10, 64) // what is no number is unknown
	case "ListBucketResult/Contents/ETag", "EnumerationResults/Blobs/Blob/Properties/Etag":
		o.Mark = text
	case "ListBucketResult/Contents/LastModified":
		o.Modified, _ = time.Parse(time.RFC3339, text)
	case "EnumerationResults/Blobs/Blob/Properties/Last-Modified":
		o.Modified, _ = time.Parse(time.RFC1123, text)
	}
}

func (a *answer) read(path, text string) {
	switch path {
	case "ListBucketResult/NextContinuationToken":
		a.next = url.Values{"continuation-token": {text}}
	case "ListBucketResult/IsTruncated":
		a.truncated = text == "true"
	case "ListBucketResult/NextMarker":
		a.marker = text
	case "ListBucketResult/CommonPrefixes/Prefix":
		a.last = max(a.last, text)
	case "EnumerationResults/NextMarker":
		if text != "" {
			a.next = url.Values{"marker": {text}}
		}
	}
}

// settle says how version 1 of S3 goes on: behind what it says, or behind the last
// name. What is not truncated ends, whatever else it holds.
func (a *answer) settle() {
	if !a.truncated {
		if a.next.Has("continuation-token") {
			a.next = nil
		}
		return
	}
	if a.next == nil {
		if a.marker == "" {
			a.marker = a.last
		}
		a.next = url.Values{"marker": {a.marker}}
	}
}

// walk tells of each element when it ends: the names from the root down to it and
// its own text. What begins as no listing is errForeign.
func walk(r io.Reader, each func(path, text string) error) error {
	source := &source{from: r}
	decoder := xml.NewDecoder(source)
	var path []string
	var text strings.Builder
	for begun := false; ; {
		source.left = maxToken
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) && begun {
			return nil
		}
		switch {
		case err == nil:
		case source.err != nil:
			return source.err
		case begun && errors.Is(err, errToken):
			return repo.Fail(repo.ErrInvalid, "the listing holds a text that is too long")
		case begun:
			return repo.Fail(repo.ErrInvalid, "the listing is not well-formed XML or ends too early")
		default:
			return errForeign
		}
		switch token := token.(type) {
		case xml.StartElement:
			path = append(path, token.Name.Local)
			text.Reset()
			if !begun && !isRoot(token.Name.Local) {
				return errForeign
			}
			begun = true
			if len(path) > maxDepth {
				return repo.Fail(repo.ErrInvalid, "the listing is nested too deeply")
			}
		case xml.EndElement:
			if err := each(strings.Join(path, "/"), text.String()); err != nil {
				return err
			}
			path = path[:len(path)-1]
			text.Reset()
		case xml.CharData:
			text.Write(token)
			if text.Len() > maxText {
				return repo.Fail(repo.ErrInvalid, "the listing holds a name that is too long")
			}
		case xml.Directive:
			return errForeign // a document type, as HTML has it: no store sends one
		}
	}
}

// isRoot says whether a document whose root has this name is a listing: of S3 and
// Google Cloud Storage, or of Azure.
func isRoot(name string) bool { return name == "ListBucketResult" || name == "EnumerationResults" }

// source lets itself be read so much further, and remembers an error of reading,
// which is none of what was read.
type source struct {
	from io.Reader
	left int
	err  error
}

func (s *source) Read(p []byte) (int, error) {
	if s.left <= 0 {
		return 0, errToken
	}
	n, err := s.from.Read(p[:min(len(p), s.left)])
	s.left -= n
	if err != nil && !errors.Is(err, io.EOF) {
		s.err = err
	}
	return n, err
}
