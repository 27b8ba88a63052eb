package layer_test

import (
	"errors"
	"testing"

	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/layer"
)

func TestVerify(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		stored, promised string
		kind             error
	}{
		"as promised":      {"bytes", digest([]byte("bytes")), nil},
		"nothing promised": {"bytes", "", nil},
		"others":           {"bytes", digest([]byte("other bytes")), repo.ErrInvalid},
		"in upper case":    {"bytes", "SHA256:ABC", repo.ErrInvalid},
		"no digest at all": {"bytes", "sha256:", repo.ErrInvalid},
		"a page":           {"\r\n <!DOCTYPE html>", "", repo.ErrInvalid},
		"nothing arrives":  {"", "", repo.ErrInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			shelf := stocked()
			shelf.packages["foo-1.0.0.tgz"] = []byte(test.stored)
			release := shelf.releases[0]
			release.Digest = test.promised
			data, err := layer.Verify(shelf).Fetch(t.Context(), release)
			if !errors.Is(err, test.kind) || (data != nil) != (test.kind == nil) {
				t.Errorf("got %q and the error %v, want one that matches %v", data, err, test.kind)
			}
		})
	}
}

func TestVerifyPassesErrorsOn(t *testing.T) {
	t.Parallel()
	if _, err := layer.Verify(stocked(unavailable())).Fetch(t.Context(), repo.Release{}); !errors.Is(err, repo.ErrUnavailable) {
		t.Errorf("the error is %v", err)
	}
}
