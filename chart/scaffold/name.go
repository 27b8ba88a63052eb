package scaffold

import (
	"path/filepath"
	"regexp"

	"github.com/helm-dm/helm-dm/chart/fault"
)

// maxName keeps the name of the package, with a version in it, within what file
// systems take.
const maxName = 200

var namePattern = regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9._-]*$`)

// Name returns the name of the chart that is to be made in a folder: the last
// element of its path. An error matches chart.ErrInvalid.
func Name(path string) (string, error) {
	name := filepath.Base(filepath.Clean(path))
	return name, check(name)
}

func check(name string) error {
	switch {
	case len(name) > maxName:
		return fault.Invalid("naming a chart: the name has %d characters, more than %d", len(name), maxName)
	case !namePattern.MatchString(name):
		return fault.Invalid("naming a chart %q: a name holds letters, digits, dots, _ and -, and begins with a letter or a digit", name)
	}
	return nil
}
