package listing

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"

	"github.com/helm-dm/helm-dm/repo"
)

const (
	maxReleases = 200_000
	maxFaults   = 20 // that are told of; all are counted
)

// Releases gathers the packages among the objects of a bucket.
type Releases struct {
	chart  string // that is looked for; empty for all
	most   int
	found  []repo.Release
	keys   map[string]bool
	state  hash.Hash
	broken int
	faults []error
}

// NewReleases gathers the packages of a chart, or of all charts where it is empty.
func NewReleases(chart string) *Releases {
	most := maxReleases
	if chart != "" {
		most = repo.MaxVersions
	}
	return &Releases{chart: chart, most: most, keys: map[string]bool{}, state: sha256.New()}
}

// Add takes an object, in the order of the listing. Its error matches
// repo.ErrTooLarge: there are too many.
func (r *Releases) Add(o Object) error {
	if !o.isPackage() {
		return nil
	}
	release, err := o.release()
	if r.chart != "" && release.Name != r.chart {
		return nil
	}
	if r.Len() >= r.most {
		return repo.Fail(repo.ErrTooLarge, "the bucket lists more than %d packages", r.most)
	}
	fmt.Fprintf(r.state, "%q %d %q %d\n", o.Key, o.Size, o.Mark, o.Modified.Unix())
	if err == nil && r.keys[o.Key] {
		err = repo.Fail(repo.ErrInvalid, "key %q is listed twice", o.Key)
	}
	if err != nil {
		r.setAside(err)
		return nil
	}
	r.keys[release.At] = true
	r.found = append(r.found, release)
	return nil
}

// Len is how many packages were found, those that were set aside included.
func (r *Releases) Len() int { return len(r.found) + r.broken }

func (r *Releases) setAside(fault error) {
	r.broken++
	if len(r.faults) < maxFaults {
		r.faults = append(r.faults, fault)
	}
}

// Hand gives every release to each, as repo.Lister has it: nothing where mark is
// that of the same listing.
func (r *Releases) Hand(mark string, each func(repo.Release) error) (*repo.Listing, error) {
	state := hex.EncodeToString(r.state.Sum(nil))
	if mark == state {
		return nil, repo.ErrUnchanged
	}
	for _, release := range r.found {
		if err := each(release); err != nil {
			return nil, err
		}
	}
	return &repo.Listing{Kind: repo.KindBucket, Mark: state, Broken: r.broken, Faults: r.faults}, nil
}
