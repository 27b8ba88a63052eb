package oci_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/fetch"
	"github.com/helm-dm/helm-dm/repo/oci"
	"github.com/helm-dm/helm-dm/repo/repotest"
	"github.com/helm-dm/helm-dm/repo/repotest/suite"
)

const (
	namespace = "ns/charts"
	password  = "CANARY-of-ada"
)

func credential(secret string) *repo.Credential {
	return &repo.Credential{Token: "ada", Secret: repo.NewSecret(secret)}
}

// open opens a repository that lies at a private address, as do others.
func open(t testing.TB, l repo.Location, roots []byte, c *repo.Credential, others ...repo.Origin) repo.Repository {
	t.Helper()
	n := fetch.New(fetch.Policy{Private: func(o repo.Origin) bool { return o == l.Origin() || slices.Contains(others, o) }})
	opened, err := oci.New(fetch.Site{Location: l, Credential: c, Roots: roots, Network: n})
	if err != nil {
		t.Fatal(err)
	}
	return opened
}

// enter opens the namespace of a registry.
func enter(t testing.TB, r *repotest.Registry, c *repo.Credential, others ...repo.Origin) repo.Repository {
	t.Helper()
	return open(t, r.Location(t, namespace), r.CA(), c, others...)
}

func TestSuite(t *testing.T) {
	t.Parallel()
	tokens := func(t *testing.T) *repotest.Tokens { return repotest.NewTokens(t, "ada", password, false) }
	for name, options := range map[string]func(t *testing.T) repotest.RegistryOptions{
		"anybody": func(*testing.T) repotest.RegistryOptions { return repotest.RegistryOptions{Plain: true} },
		"tokens":  func(t *testing.T) repotest.RegistryOptions { return repotest.RegistryOptions{Tokens: tokens(t)} },
		"unlisted": func(*testing.T) repotest.RegistryOptions {
			return repotest.RegistryOptions{User: "ada", Password: password, Unlisted: true}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			suite.Run(t, func(t *testing.T) suite.Fixture {
				o := options(t)
				r := repotest.NewRegistry(t, o)
				c := credential(password)
				if o.Plain {
					c = nil
				}
				return suite.Fixture{
					Repository: enter(t, r, c),
					Kind:       repo.KindOCI,
					Address:    func(p *repo.Package) string { return r.Location(t, namespace).String() + "/" + named(p) },
					Corrupt:    func(t testing.TB, p *repo.Package) { r.Corrupt(t, p.Data) },
					Unlisted:   o.Unlisted,
				}
			})
		})
	}
}

// named is NAME:TAG.
func named(p *repo.Package) string {
	return p.Metadata.Name + ":" + strings.ReplaceAll(p.Metadata.Version, "+", "_")
}
