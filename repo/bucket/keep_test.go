package bucket

import (
	"bytes"
	"errors"
	"testing"

	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/fetch"
	"github.com/helm-dm/helm-dm/repo/repotest"
)

// TestKeepTold releases a version that the index tells of already, and that lies
// elsewhere.
func TestKeepTold(t *testing.T) {
	t.Parallel()
	server, web := repotest.S3(t), repotest.HTTP(t, repotest.HTTPOptions{Plain: true})
	p := repotest.Pack(t, repotest.Chart("foo", "1.0.0"), "")
	other := repotest.Pack(t, repotest.Chart("foo", "1.0.0"), "other")
	web.Put("same.tgz", p.Data)
	web.Put("other.tgz", other.Data)
	for name, c := range map[string]struct {
		digest, at string
		kind       error
	}{
		"the same digest":            {digest: chart.Digest(p.Data), at: "none.tgz"},
		"another digest":             {digest: chart.Digest(other.Data), at: "same.tgz", kind: repo.ErrExists},
		"no digest, the same bytes":  {at: "same.tgz"},
		"no digest, other bytes":     {at: "other.tgz", kind: repo.ErrExists},
		"no digest, nothing to find": {at: "none.tgz", kind: repo.ErrInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := server.Bucket(t)
			text := []byte("apiVersion: v1\nentries:\n  foo:\n  - {apiVersion: v2, name: foo, version: 1.0.0, digest: \"" + c.digest + "\", urls: [\"" + web.URL() + "/" + c.at + "\"]}\n")
			b.Put(t, "index.yaml", text)
			r := opened(t, fetch.Site{Location: b.Location(t, ""), Credential: server.Credential(), Network: loopback()})
			if _, err := r.Keep(t.Context(), p, false); !errors.Is(err, c.kind) {
				t.Errorf("%v, want %v", err, c.kind)
			}
			if got := b.Get(t, "index.yaml"); !bytes.Equal(got, text) {
				t.Errorf("the index was changed:\n%s", got)
			}
			if _, err := r.Keep(t.Context(), p, true); err != nil {
				t.Errorf("replacing it: %v", err)
			}
			var told []repo.Release
			if _, err := r.List(t.Context(), "", func(r repo.Release) error { told = append(told, r); return nil }); err != nil || len(told) != 1 || told[0].Digest != chart.Digest(p.Data) {
				t.Errorf("after it was replaced: %v, with %v", told, err)
			}
		})
	}
}
