// Package suite is the contract of repositories as tests. Every kind passes it,
// on real servers; what a kind cannot do its Fixture says.
package suite

import (
	"testing"

	"github.com/helm-dm/helm-dm/repo"
)

// Fixture is an empty repository and what its kind can do.
type Fixture struct {
	Repository repo.Repository
	// Kind is what its listings say; the suite breaks entries of KindIndex.
	Kind repo.Kind
	// Address is what Keep returns for a package.
	Address func(p *repo.Package) string
	// Again opens the repository once more, as another replica of the manager
	// does; nil where the store has no conditional writes.
	Again func(t testing.TB) repo.Repository
	// Put puts a file such as index.yaml or foo-1.2.3.tgz into the store behind
	// the repository's back, Get returns one, nil when it is not there. Both are
	// nil where the store has no files.
	Put func(t testing.TB, name string, data []byte)
	Get func(t testing.TB, name string) []byte
	// Corrupt changes the bytes of a kept package in the store; nil where releases
	// have no digest.
	Corrupt func(t testing.TB, p *repo.Package)
	// Unlisted says that the store does not tell which charts it holds: List is
	// ErrUnlisted, Find is not.
	Unlisted bool
	// Unmarked says that the state of the store cannot be recognised.
	Unmarked bool
}

// Run holds a kind of repositories against the contract. Open returns a store of
// its own each time. It is called by tests that run in parallel already.
func Run(t *testing.T, open func(t *testing.T) Fixture) {
	for _, test := range []struct {
		name string
		run  func(*testing.T, Fixture)
	}{
		{"empty", testEmpty},
		{"tells what is kept", testTells},
		{"fetches what is kept", testFetches},
		{"knows its state again", testMark},
		{"stops when told", testStops},
		{"ends with the context", testCancelled},
		{"keeps versions as they are", testImmutable},
		{"replaces a version", testReplace},
		{"keeps provenance", testProvenance},
		{"keeps nothing that is no package", testRefuses},
		{"keeps what comes at once", testTogether},
		{"keeps one of two", testRivals},
		{"fetches nothing that is damaged", testDamaged},
		{"fetches nothing from elsewhere", testElsewhere},
		{"fetches nothing too large", testTooLarge},
		{"sets broken entries aside", testBrokenEntries},
		{"sets broken keys aside", testBrokenKeys},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.run(t, open(t))
		})
	}
}
