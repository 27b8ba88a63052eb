package bucket

import (
	"bytes"
	"context"
	"testing"

	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/fetch"
	"github.com/helm-dm/helm-dm/repo/repotest"
	"github.com/helm-dm/helm-dm/repo/repotest/suite"
)

// loopback is a network that reaches the tests' servers.
func loopback() *fetch.Network {
	return fetch.New(fetch.Policy{Private: func(repo.Origin) bool { return true }})
}

func opened(t testing.TB, site fetch.Site) repo.Repository {
	t.Helper()
	r, err := New(site)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestS3Suite(t *testing.T) {
	t.Parallel()
	server := repotest.S3(t)
	for name, browsed := range map[string]bool{"index": false, "listing": true} {
		for where, folder := range map[string]string{"bucket": "", "folder": "team/charts"} {
			t.Run(name+" of a "+where, func(t *testing.T) {
				t.Parallel()
				suite.Run(t, func(t *testing.T) suite.Fixture {
					b := server.Bucket(t)
					site := fetch.Site{Location: b.Location(t, folder), Credential: server.Credential(), Network: loopback()}
					return fixture(t, b, site, folder, browsed, opened)
				})
			})
		}
	}
}

func parsed(t testing.TB, text string) repo.Location {
	t.Helper()
	l, err := repo.ParseLocation(text)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// keeper is a bucket from behind.
type keeper interface {
	Put(t testing.TB, key string, data []byte)
	Get(t testing.TB, key string) []byte
}

// fixture is an empty repository in a bucket. One that is browsed holds a package
// from the beginning, which nobody is told of.
func fixture(t *testing.T, b keeper, site fetch.Site, folder string, browsed bool, open func(testing.TB, fetch.Site) repo.Repository) suite.Fixture {
	t.Helper()
	if folder != "" {
		folder += "/"
	}
	f := suite.Fixture{
		Repository: open(t, site),
		Kind:       repo.KindIndex,
		Address:    func(p *repo.Package) string { return site.Location.String() + "/" + p.FileName() },
		Again:      func(t testing.TB) repo.Repository { return open(t, site) },
		Put:        func(t testing.TB, name string, data []byte) { b.Put(t, folder+name, data) },
		Get:        func(t testing.TB, name string) []byte { return b.Get(t, folder+name) },
		Corrupt: func(t testing.TB, p *repo.Package) {
			b.Put(t, folder+p.FileName(), bytes.ToUpper(p.Data))
		},
	}
	if browsed {
		b.Put(t, folder+seed+"-1.0.0.tgz", []byte("a package"))
		f.Kind, f.Corrupt = repo.KindBucket, nil
		f.Repository = seeded{f.Repository}
	}
	return f
}

// seed is the name of a chart that was there before.
const seed = "seed"

// seeded does not tell of the seed.
type seeded struct{ repo.Repository }

func (s seeded) List(ctx context.Context, mark string, each func(repo.Release) error) (*repo.Listing, error) {
	return s.Repository.List(ctx, mark, func(r repo.Release) error {
		if r.Name == seed {
			return nil
		}
		return each(r)
	})
}
