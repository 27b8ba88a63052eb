package reference

import (
	"strings"

	"github.com/Masterminds/semver/v3"
)

// IsExact says whether a version names one version rather than a range. 1.2 is
// exact where a chart has that very version, and else a range: what is there
// decides.
func IsExact(version string) bool {
	_, err := semver.NewVersion(version)
	return err == nil
}

// Tag is the tag under which a registry keeps a version: tags cannot hold a + (S49).
func Tag(version string) string { return strings.ReplaceAll(version, "+", "_") }

// FromTag is the version that a registry keeps under a tag. No version holds a _.
func FromTag(tag string) string { return strings.ReplaceAll(tag, "_", "+") }

// isRange says whether text can be read as versions such as ">=1.2 <3 || 4.x".
func isRange(text string) bool {
	_, err := semver.NewConstraint(text)
	return err == nil
}
