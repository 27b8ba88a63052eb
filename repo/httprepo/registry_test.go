package httprepo_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/fetch"
	"github.com/helm-dm/helm-dm/repo/oci"
	"github.com/helm-dm/helm-dm/repo/repotest"
)

// Some indexes tell of packages that are in a registry. They are fetched as
// anybody gets them.
func TestPackageInRegistry(t *testing.T) {
	t.Parallel()
	registry := repotest.NewRegistry(t, repotest.RegistryOptions{})
	w := repotest.HTTP(t, repotest.HTTPOptions{User: "CANARY-user", Password: "CANARY-secret"})
	s := site(t, w, "charts", canary())
	s.Network = fetch.New(fetch.Policy{Private: func(repo.Origin) bool { return true }})
	there, err := oci.New(fetch.Site{Location: registry.Location(t, "ns"), Roots: registry.CA(), Network: s.Network})
	if err != nil {
		t.Fatal(err)
	}
	p := repotest.Pack(t, repotest.Chart("foo", "1.0.0+a"), "")
	at, err := there.Keep(t.Context(), p, false)
	if err != nil {
		t.Fatal(err)
	}
	release := repo.Release{Name: "foo", Version: "1.0.0+a", At: at, Digest: chart.Digest(p.Data)}
	data, err := open(t, s).Fetch(t.Context(), release)
	if err != nil || !bytes.Equal(data, p.Data) {
		t.Errorf("%s: %v", at, err)
	}
	for _, in := range registry.Requests() {
		if in.Header.Get("Authorization") != "" {
			t.Errorf("%s %s proves who is asking", in.Method, in.Target)
		}
	}
	release.Digest = chart.Digest(nil)
	_, err = open(t, s).Fetch(t.Context(), release)
	fails(t, err, repo.ErrInvalid, s.Location.String())
	release.At = strings.ReplaceAll(at, "1.0.0_a", "2.0.0")
	_, err = open(t, s).Fetch(t.Context(), release)
	fails(t, err, repo.ErrNotFound, s.Location.String())
	for _, broken := range []string{"oci://", "oci://user@host/ns/foo:1.0.0", "oci://host/../foo:1.0.0", "oci://host/ns/:1.0.0"} {
		release.At = broken
		_, err = open(t, s).Fetch(t.Context(), release)
		fails(t, err, repo.ErrInvalid, s.Location.String())
	}
	release.At = "oci://169.254.169.254/ns/foo:1.0.0"
	_, err = open(t, s).Fetch(t.Context(), release)
	fails(t, err, repo.ErrRefused, s.Location.String())
}
