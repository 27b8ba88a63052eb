package httprepo_test

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/repotest"
)

// writes are the requests that change something, as METHOD TARGET.
func writes(w *repotest.Web) []string {
	var out []string
	for _, in := range w.Requests() {
		if in.Method != http.MethodGet {
			out = append(out, in.Method+" "+in.Target)
		}
	}
	return out
}

// The first package of a folder brings the index, after itself. A version's + is
// one in the address, and no blank on the way.
func TestKeepFirst(t *testing.T) {
	t.Parallel()
	w := repotest.HTTP(t, repotest.HTTPOptions{})
	s := site(t, w, "charts", nil)
	p := repotest.Pack(t, repotest.Chart("foo", "1.0.0+a"), "")
	p.Provenance = []byte("signed")
	at, err := open(t, s).Keep(t.Context(), p, false)
	if want := w.URL() + "/charts/foo-1.0.0+a.tgz"; err != nil || at != want {
		t.Fatalf("%q, %v, want %q", at, err, want)
	}
	want := []string{"PUT /charts/foo-1.0.0%2Ba.tgz", "PUT /charts/foo-1.0.0%2Ba.tgz.prov", "PUT /charts/index.yaml"}
	if got := writes(w); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if n, _, err := listed(t, s); n != 1 || err != nil {
		t.Errorf("%d releases, %v", n, err)
	}
	if text := w.Get("charts/index.yaml"); !bytes.Contains(text, []byte("foo-1.0.0+a.tgz")) {
		t.Errorf("the index does not name the package as Helm does:\n%s", text)
	}
}

func TestKeepFails(t *testing.T) {
	t.Parallel()
	p := repotest.Pack(t, repotest.Chart("foo", "1.0.0"), "")
	for name, c := range map[string]struct {
		options repotest.HTTPOptions
		upload  repotest.Fault
		index   repotest.Fault
		kind    error
		says    string
	}{
		"takes no uploads":      {repotest.HTTPOptions{ReadOnly: true}, nil, nil, repo.ErrInvalid, "takes no uploads"},
		"knows no such method":  {repotest.HTTPOptions{}, putting(repotest.Status(http.StatusNotImplemented)), nil, repo.ErrInvalid, "takes no uploads"},
		"may not":               {repotest.HTTPOptions{}, putting(repotest.Status(http.StatusForbidden)), nil, repo.ErrUnauthorized, "403"},
		"no such folder":        {repotest.HTTPOptions{}, putting(repotest.Status(http.StatusConflict)), nil, repo.ErrUnavailable, "foo-1.0.0.tgz"},
		"full":                  {repotest.HTTPOptions{}, putting(repotest.Status(http.StatusInsufficientStorage)), nil, repo.ErrUnavailable, "507"},
		"too large for it":      {repotest.HTTPOptions{}, putting(repotest.Status(http.StatusRequestEntityTooLarge)), nil, repo.ErrTooLarge, "413"},
		"page instead of index": {repotest.HTTPOptions{}, nil, repotest.Page(), repo.ErrInvalid, "a page of a web site"},
		"index too large":       {repotest.HTTPOptions{}, nil, repotest.Claim(65<<20, nil), repo.ErrTooLarge, "index.yaml"},
		"index may not":         {repotest.HTTPOptions{}, nil, putting(repotest.Status(http.StatusForbidden)), repo.ErrUnauthorized, "index.yaml"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := repotest.HTTP(t, c.options)
			w.Break("charts/foo-1.0.0.tgz", c.upload)
			w.Break("charts/index.yaml", c.index)
			s := site(t, w, "charts", nil)
			at, err := open(t, s).Keep(t.Context(), p, false)
			fails(t, err, c.kind, c.says, s.Location.String())
			if at != "" || w.Get("charts/index.yaml") != nil {
				t.Errorf("it is kept at %q", at)
			}
		})
	}
}

// putting is a fault of uploads alone; nothing is there to be read.
func putting(fault repotest.Fault) repotest.Fault {
	return func(out http.ResponseWriter, in *http.Request) {
		if in.Method != http.MethodPut {
			http.NotFound(out, in)
			return
		}
		fault(out, in)
	}
}

// What an index says of a version counts, wherever its package lies.
func TestKeepTold(t *testing.T) {
	t.Parallel()
	p := repotest.Pack(t, repotest.Chart("foo", "1.0.0"), "")
	other := repotest.Pack(t, repotest.Chart("foo", "1.0.0"), "other")
	for name, c := range map[string]struct {
		digest string
		lies   []byte // at old/foo.tgz
		kind   error
	}{
		"the same digest":            {digest: chart.Digest(p.Data)},
		"another digest":             {digest: chart.Digest(other.Data), kind: repo.ErrExists},
		"no digest, the same bytes":  {lies: p.Data},
		"no digest, other bytes":     {lies: other.Data, kind: repo.ErrExists},
		"no digest, nothing to find": {kind: repo.ErrInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := repotest.HTTP(t, repotest.HTTPOptions{})
			text := []byte("apiVersion: v1\nentries:\n  foo:\n  - {apiVersion: v2, name: foo, version: 1.0.0, digest: \"" + c.digest + "\", urls: [old/foo.tgz]}\n")
			w.Put("charts/index.yaml", text)
			if c.lies != nil {
				w.Put("charts/old/foo.tgz", c.lies)
			}
			_, err := open(t, site(t, w, "charts", nil)).Keep(t.Context(), p, false)
			if !errors.Is(err, c.kind) {
				t.Errorf("%v, want %v", err, c.kind)
			}
			if got := writes(w); len(got) > 0 || !bytes.Equal(w.Get("charts/index.yaml"), text) {
				t.Errorf("the store was changed: %q", got)
			}
		})
	}
}

// A package whose upload was cut off before the index came is told of later, and
// not replaced by another one.
func TestKeepOrphan(t *testing.T) {
	t.Parallel()
	w := repotest.HTTP(t, repotest.HTTPOptions{Unconditional: true})
	s := site(t, w, "charts", nil)
	p := repotest.Pack(t, repotest.Chart("foo", "1.0.0"), "")
	w.Put("charts/foo-1.0.0.tgz", p.Data)
	_, err := open(t, s).Keep(t.Context(), repotest.Pack(t, repotest.Chart("foo", "1.0.0"), "other"), false)
	fails(t, err, repo.ErrExists, s.Location.String())
	if w.Get("charts/index.yaml") != nil {
		t.Error("the index tells of what is not there")
	}
	if _, err := open(t, s).Keep(t.Context(), p, false); err != nil {
		t.Fatal(err)
	}
	if n, _, err := listed(t, s); n != 1 || err != nil {
		t.Errorf("%d releases, %v", n, err)
	}
}

// Some servers make the index themselves, and take none.
func TestKeepWhereTheServerIndexes(t *testing.T) {
	t.Parallel()
	w := repotest.HTTP(t, repotest.HTTPOptions{})
	s := site(t, w, "charts", nil)
	p := repotest.Pack(t, repotest.Chart("foo", "1.0.0"), "")
	w.Break("charts/index.yaml", func(out http.ResponseWriter, in *http.Request) {
		text := emptyIndex
		switch {
		case in.Method != http.MethodGet:
			out.WriteHeader(http.StatusForbidden)
			return
		case w.Get("charts/foo-1.0.0.tgz") != nil:
			text = "apiVersion: v1\nentries:\n  foo:\n  - {apiVersion: v2, name: foo, version: 1.0.0, digest: " + chart.Digest(p.Data)[7:] + ", urls: [foo-1.0.0.tgz]}\n"
		}
		_, _ = out.Write([]byte(text))
	})
	if _, err := open(t, s).Keep(t.Context(), p, false); err != nil {
		t.Error(err)
	}
}

// Who is always late gives up with the context; what was uploaded stays.
func TestKeepLate(t *testing.T) {
	t.Parallel()
	w := repotest.HTTP(t, repotest.HTTPOptions{})
	s := site(t, w, "charts", nil)
	w.Break("charts/index.yaml", func(out http.ResponseWriter, in *http.Request) {
		if in.Method == http.MethodPut {
			out.WriteHeader(http.StatusPreconditionFailed)
			return
		}
		_, _ = out.Write([]byte(emptyIndex))
	})
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	_, err := open(t, s).Keep(ctx, repotest.Pack(t, repotest.Chart("foo", "1.0.0"), ""), false)
	fails(t, err, context.DeadlineExceeded)
	tries := slices.DeleteFunc(writes(w), func(s string) bool { return !strings.HasSuffix(s, "index.yaml") })
	if len(tries) < 2 {
		t.Errorf("it was tried %d times", len(tries))
	}
}

// A weak tag is no condition: it would never hold.
func TestKeepWeakTag(t *testing.T) {
	t.Parallel()
	w := repotest.HTTP(t, repotest.HTTPOptions{})
	s := site(t, w, "charts", nil)
	w.Put("charts/current", []byte(emptyIndex))
	w.Break("charts/index.yaml", func(out http.ResponseWriter, in *http.Request) {
		if in.Method == http.MethodPut {
			if in.Header.Get("If-Match") != "" {
				t.Errorf("a weak tag is a condition: %q", in.Header.Get("If-Match"))
			}
			var text bytes.Buffer
			_, _ = text.ReadFrom(in.Body)
			w.Put("charts/current", text.Bytes())
			return
		}
		out.Header().Set("ETag", `W/"1"`)
		_, _ = out.Write(w.Get("charts/current"))
	})
	if _, err := open(t, s).Keep(t.Context(), repotest.Pack(t, repotest.Chart("foo", "1.0.0"), ""), false); err != nil {
		t.Error(err)
	}
}
