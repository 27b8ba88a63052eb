package repo

import (
	"errors"
	"testing"

	"github.com/helm-dm/helm-dm/chart"
)

func TestPackageCheck(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, version    string
		data, provenance int
		kind             error
	}{
		{name: "foo", version: "1.0.0"},
		{name: "foo_bar.baz~1", version: "v1.2+a", data: MaxPackage, provenance: MaxPackage},
		{name: "", version: "1.0.0", kind: ErrInvalid},
		{name: "../foo", version: "1.0.0", kind: ErrInvalid},
		{name: "foo bar", version: "1.0.0", kind: ErrInvalid},
		{name: "foo#bar", version: "1.0.0", kind: ErrInvalid},
		{name: "föö", version: "1.0.0", kind: ErrInvalid},
		{name: "foo", version: "1/0", kind: ErrInvalid},
		{name: "foo", version: "1.0.0", data: MaxPackage + 1, kind: ErrTooLarge},
		{name: "foo", version: "1.0.0", provenance: MaxPackage + 1, kind: ErrTooLarge},
	} {
		p := &Package{
			Metadata:   &chart.Metadata{APIVersion: "v2", Name: c.name, Version: c.version},
			Data:       make([]byte, c.data),
			Provenance: make([]byte, c.provenance),
		}
		if err := p.Check(); !errors.Is(err, c.kind) || (c.kind == nil) != (err == nil) {
			t.Errorf("%q of %q: %v, want %v", c.version, c.name, err, c.kind)
		}
	}
}
