package index

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/helm-dm/helm-dm/repo"
)

// Merge returns the text of an index with one more entry, that of a package which
// lies at url and has the digest (sha256:HEX). An entry of the same version is
// replaced; all else stays as it was, to the letter where the lines of old show
// what belongs together. An empty old makes a new index. An old that is no index
// is an error that matches repo.ErrInvalid.
func Merge(old []byte, p *repo.Package, url, digest string) ([]byte, error) {
	added, err := newAddition(p, url, digest)
	if err != nil {
		return nil, err
	}
	if len(bytes.TrimSpace(old)) == 0 {
		old = []byte("apiVersion: v1\n")
	}
	before, err := count(old, added)
	if err != nil {
		return nil, err
	}
	for _, change := range []func([]byte, *addition) ([]byte, error){editLines, editJSON, editNodes} {
		out, err := change(old, added)
		if errors.Is(err, repo.ErrTooLarge) {
			return nil, err
		}
		if err != nil {
			continue
		}
		after, err := count(out, added)
		if err == nil && after.others == before.others && after.broken <= before.broken && after.ours == 1 && after.added {
			return out, nil
		}
	}
	return nil, repo.Fail(repo.ErrInvalid, "the index is written in a way in which nothing can be added to it").
		Mend("write it anew with helm repo index")
}

// addition is the entry that is added.
type addition struct {
	name, version, url, digest string
	entry                      map[string]any
	now                        string
}

func newAddition(p *repo.Package, url, digest string) (*addition, error) {
	text, err := json.Marshal(p.Metadata)
	if err != nil {
		return nil, fmt.Errorf("writing the entry of %q: %w", p.FileName(), err)
	}
	created := p.Created
	if created.IsZero() {
		created = time.Now()
	}
	a := &addition{name: p.Metadata.Name, version: p.Metadata.Version, url: url, digest: digest, now: created.UTC().Format(time.RFC3339Nano)}
	if err := json.Unmarshal(text, &a.entry); err != nil {
		return nil, fmt.Errorf("writing the entry of %q: %w", p.FileName(), err)
	}
	a.entry["created"], a.entry["digest"], a.entry["urls"] = a.now, strings.TrimPrefix(digest, "sha256:"), []any{url}
	if _, err := read(a.entry); err != nil {
		return nil, repo.Fail(repo.ErrInvalid, "releasing %q: %w", p.FileName(), err)
	}
	return a, nil
}

// tally is what is counted in an index before and after the change.
type tally struct {
	others int  // releases of another name or version
	broken int  // entries that are set aside
	ours   int  // releases of the name and version of the addition
	added  bool // one of them is the addition
}

func count(text []byte, a *addition) (tally, error) {
	var t tally
	result, err := Read(bytes.NewReader(text), func(r repo.Release) error {
		if r.Name != a.name || r.Version != a.version {
			t.others++
			return nil
		}
		t.ours++
		t.added = t.added || r.At == a.url && r.Digest == a.digest
		return nil
	})
	if err != nil {
		return t, err
	}
	t.broken = result.Broken
	return t, nil
}
