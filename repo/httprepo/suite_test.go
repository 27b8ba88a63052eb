package httprepo_test

import (
	"testing"

	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/fetch"
	"github.com/helm-dm/helm-dm/repo/httprepo"
	"github.com/helm-dm/helm-dm/repo/repotest"
	"github.com/helm-dm/helm-dm/repo/repotest/suite"
)

const emptyIndex = "apiVersion: v1\nentries: {}\n"

// site is a folder of the server, with the credential that the server asks for
// and loopback addresses allowed for it alone.
func site(t testing.TB, w *repotest.Web, folder string, credential *repo.Credential) fetch.Site {
	t.Helper()
	l := w.Location(t, folder)
	return fetch.Site{
		Location:   l,
		Credential: credential,
		Roots:      w.CA(),
		Network:    fetch.New(fetch.Policy{Private: func(o repo.Origin) bool { return o == l.Origin() }}),
	}
}

func open(t testing.TB, s fetch.Site) repo.Repository {
	t.Helper()
	r, err := httprepo.New(s)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestSuite(t *testing.T) {
	t.Parallel()
	for name, kind := range map[string]struct {
		options    repotest.HTTPOptions
		credential *repo.Credential
		folder     string
	}{
		"open":          {folder: "charts"},
		"at the top":    {},
		"plain":         {options: repotest.HTTPOptions{Plain: true}, folder: "a/b+c"},
		"basic":         {options: repotest.HTTPOptions{User: "ada", Password: "s3cret"}, credential: &repo.Credential{Token: "ada", Secret: repo.NewSecret("s3cret")}, folder: "charts"},
		"bearer":        {options: repotest.HTTPOptions{Bearer: "t0ken"}, credential: &repo.Credential{Token: "any", Secret: repo.NewSecret("t0ken")}, folder: "charts"},
		"unconditional": {options: repotest.HTTPOptions{Unconditional: true}, folder: "charts"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			suite.Run(t, func(t *testing.T) suite.Fixture {
				w := repotest.HTTP(t, kind.options)
				s := site(t, w, kind.folder, kind.credential)
				w.Put(kind.folder+"/index.yaml", []byte(emptyIndex))
				f := suite.Fixture{
					Repository: open(t, s),
					Kind:       repo.KindIndex,
					Address:    func(p *repo.Package) string { return s.Location.String() + "/" + p.FileName() },
					Put:        func(_ testing.TB, name string, data []byte) { w.Put(kind.folder+"/"+name, data) },
					Get:        func(_ testing.TB, name string) []byte { return w.Get(kind.folder + "/" + name) },
					Corrupt: func(_ testing.TB, p *repo.Package) {
						data := w.Get(kind.folder + "/" + p.FileName())
						data[len(data)/2] ^= 1
						w.Put(kind.folder+"/"+p.FileName(), data)
					},
					Unmarked: kind.options.Unconditional,
				}
				if !kind.options.Unconditional {
					f.Again = func(t testing.TB) repo.Repository { return open(t, s) }
				}
				return f
			})
		})
	}
}
