package reference

import (
	"fmt"

	"github.com/helm-dm/helm-dm/chart"
)

// Error says why a text is no reference. It matches chart.ErrInvalid.
type Error struct {
	Text   string // the reference; empty where it may hold a secret, or is too long to be shown
	Reason string
	Try    string // what to write instead
}

func (e *Error) Error() string {
	if e.Text == "" {
		return "reading a reference: " + e.Reason + ": " + e.Try
	}
	return fmt.Sprintf("reading reference %q: %s: %s", e.Text, e.Reason, e.Try)
}

func (e *Error) Unwrap() error { return chart.ErrInvalid }

// What to try.
const (
	tryShort  = "write helm:HOST/BUCKET/NAME#VERSION, or ./PATH for a chart on this machine"
	tryDigest = "a digest is sha256: and 64 hexadecimal digits, at the very end"
	tryRange  = `write a version such as 1.2.3 or a range such as ^1.2 or ">=1.2 <3"`
	tryExact  = "write the version in full, such as 1.2.3"
	tryLong   = "write https://HOST/PATH/NAME-VERSION.tgz for one package, or helm:HOST/BUCKET/NAME for a chart of a repository"
	tryOCI    = "write oci://HOST/REPO/NAME:VERSION or oci://HOST/REPO/NAME#RANGE"
	tryBare   = "leave it out: references are shown to others, and credentials belong to repositories"
)
