package repo

import (
	"github.com/Masterminds/semver/v3"
)

// Choose picks the release that a version means (S50): the one of exactly that
// version, else the newest that satisfies it as a range. An empty version is the
// newest stable one. Pre-releases are chosen only where the version names one.
// Releases whose version is none are passed over, and of those that differ in
// nothing but their build (1.0.0+a, 1.0.0+b) the last by name is the newest. The
// error matches ErrNotFound, or ErrInvalid for what is no range.
func Choose(releases []Release, version string) (Release, error) {
	for _, r := range releases {
		if version != "" && r.Version == version {
			return r, nil
		}
	}
	wanted := version
	if wanted == "" {
		wanted = "*"
	}
	constraint, err := semver.NewConstraint(wanted)
	if err != nil {
		return Release{}, Fail(ErrInvalid, "version %.100q is neither released nor a range", version)
	}
	var best Release
	var newest *semver.Version
	for _, r := range releases {
		v, err := semver.NewVersion(r.Version)
		if err != nil || !constraint.Check(v) {
			continue
		}
		if newest == nil || v.GreaterThan(newest) || v.Equal(newest) && r.Version > best.Version {
			best, newest = r, v
		}
	}
	if newest == nil {
		return Release{}, none(releases, version)
	}
	return best, nil
}

func none(releases []Release, version string) error {
	switch {
	case len(releases) == 0:
		return Fail(ErrNotFound, "nothing of that name is released")
	case version == "":
		return Fail(ErrNotFound, "it has %d releases and none of them is stable", len(releases)).Mend("ask for a pre-release by its version, or for one of a range such as >0-0")
	default:
		return Fail(ErrNotFound, "none of its %d releases is %.100q", len(releases), version)
	}
}
