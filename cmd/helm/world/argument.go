package world

import (
	"path"
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/api/validate/content"

	"github.com/helm-dm/helm-dm/cmd/helm/fault"
)

// Wants refuses a number of arguments outside of least and most; most below
// zero is no bound.
func Wants(least, most int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) < least || most >= 0 && len(args) > most {
			return fault.Usage("%d arguments were given to %q", len(args), cmd.UseLine()).Mend("%s --help", cmd.CommandPath())
		}
		return nil
	}
}

// CheckSegment refuses what could not even be asked for by that name.
func CheckSegment(what, name string) error {
	if name == "" {
		return fault.Usage("%s is empty", what)
	}
	if wrong := content.IsPathSegmentName(name); len(wrong) > 0 {
		return fault.Usage("%s %q %s", what, name, strings.Join(wrong, ", "))
	}
	return nil
}

// CheckPattern refuses a pattern that Matches cannot use.
func CheckPattern(pattern string) error {
	if _, err := path.Match(pattern, ""); err != nil {
		return fault.Usage("reading pattern %q: %w", pattern, err)
	}
	return nil
}

// Matches takes a well-formed pattern: a glob if it looks like one, else a part
// of the name.
func Matches(pattern, name string) bool {
	if strings.ContainsAny(pattern, `*?[\`) {
		matched, _ := path.Match(pattern, name)
		return matched
	}
	return strings.Contains(name, pattern)
}
