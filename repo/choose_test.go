package repo_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/helm-dm/helm-dm/repo"
)

func TestChoose(t *testing.T) {
	t.Parallel()
	const everything = "1.0.0 1.2.3 1.10.0 2.0.0-rc.1 2.0.0-alpha 0.9.0 nonsense 1.2.3-beta v1.4.0 1.2"
	for name, test := range map[string]struct {
		released, version, want string
		kind                    error
	}{
		"the newest stable one":            {everything, "", "1.10.0", nil},
		"a version":                        {everything, "1.0.0", "1.0.0", nil},
		"a pre-release by name":            {everything, "2.0.0-alpha", "2.0.0-alpha", nil},
		"a version with a v":               {everything, "v1.4.0", "v1.4.0", nil},
		"a version without its v":          {everything, "1.4.0", "v1.4.0", nil},
		"what is no version, by name":      {everything, "nonsense", "nonsense", nil},
		"a range":                          {everything, "~1.2", "1.2.3", nil},
		"a short version is one first":     {everything, "1.2", "1.2", nil},
		"a range of majors":                {everything, "^1", "1.10.0", nil},
		"the major":                        {everything, "1", "1.10.0", nil},
		"bounds":                           {everything, ">=1.0.0, <1.3.0", "1.2.3", nil},
		"alternatives":                     {everything, "0.9.x || 5.x", "0.9.0", nil},
		"no pre-release for a range":       {everything, ">1.0.0", "1.10.0", nil},
		"a pre-release for a range of one": {everything, ">=2.0.0-0", "2.0.0-rc.1", nil},
		"everything":                       {everything, ">0-0", "2.0.0-rc.1", nil},
		"the star":                         {everything, "*", "1.10.0", nil},
		"the last build":                   {"1.0.0+a 1.0.0+c 1.0.0+b", "", "1.0.0+c", nil},
		"a build by name":                  {"1.0.0+a 1.0.0+c 1.0.0+b", "1.0.0+a", "1.0.0+a", nil},
		"none of the range":                {everything, ">=3", "", repo.ErrNotFound},
		"none of the version":              {everything, "1.0.1", "", repo.ErrNotFound},
		"none stable":                      {"1.0.0-a 1.0.0-b", "", "", repo.ErrNotFound},
		"nothing at all":                   {"", "", "", repo.ErrNotFound},
		"nothing that is a version":        {"a b", "", "", repo.ErrNotFound},
		"no range":                         {everything, "newest", "", repo.ErrInvalid},
		"no range of nothing":              {"", "newest\x1b[31m", "", repo.ErrInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var releases []repo.Release
			for version := range strings.FieldsSeq(test.released) {
				releases = append(releases, repo.Release{Version: version})
			}
			for range 2 {
				got, err := repo.Choose(releases, test.version)
				if got.Version != test.want || !errors.Is(err, test.kind) || (err == nil) != (test.kind == nil) {
					t.Errorf("got %q and the error %v, want %q and one that matches %v", got.Version, err, test.want, test.kind)
				}
				slices.Reverse(releases) // they have no order
			}
		})
	}
}

func TestChooseSaysWhatToDo(t *testing.T) {
	t.Parallel()
	_, err := repo.Choose([]repo.Release{{Version: "1.0.0-rc"}}, "")
	var e *repo.Error
	if !errors.As(err, &e) || !strings.Contains(e.Try, ">0-0") {
		t.Errorf("the error is %#v", e)
	}
	if got, err := repo.Choose([]repo.Release{{Version: "1.0.0-rc"}}, ">0-0"); err != nil || got.Version != "1.0.0-rc" {
		t.Errorf("what it says to try gives %v, %v", got, err)
	}
	_, err = repo.Choose([]repo.Release{{Version: "1.0.0"}}, "9\n"+strings.Repeat(" || 9", 1000))
	if err == nil || len(err.Error()) > 300 || strings.Contains(err.Error(), "\n") {
		t.Errorf("the error is %v", err)
	}
}
