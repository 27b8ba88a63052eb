package oci

import (
	"encoding/json"
	"strings"
	"time"
	"unicode"

	"github.com/helm-dm/helm-dm/repo"
)

// Bounds of the texts of a release, in bytes and in how many there are.
const (
	maxDescription = 1 << 10
	maxWord        = 100
	maxVersion     = 250
	maxKeywords    = 32
	maxMaintainers = 16
)

// metadata is what a listing tells of a chart's Chart.yaml, which a registry keeps
// as JSON.
type metadata struct {
	AppVersion  string   `json:"appVersion"`
	Description string   `json:"description"`
	Keywords    []string `json:"keywords"`
	Maintainers []struct {
		Name string `json:"name"`
	} `json:"maintainers"`
	Deprecated bool `json:"deprecated"`
}

// described returns a release with what its chart says of itself.
func described(r repo.Release, config []byte, created string) (repo.Release, error) {
	var m metadata
	if err := json.Unmarshal(config, &m); err != nil {
		return r, repo.Fail(repo.ErrInvalid, "its metadata cannot be read")
	}
	r.AppVersion = clean(m.AppVersion, maxVersion)
	r.Description = clean(m.Description, maxDescription)
	r.Deprecated = m.Deprecated
	for _, word := range m.Keywords[:min(len(m.Keywords), maxKeywords)] {
		r.Keywords = append(r.Keywords, clean(word, maxWord))
	}
	for _, who := range m.Maintainers[:min(len(m.Maintainers), maxMaintainers)] {
		r.Maintainers = append(r.Maintainers, clean(who.Name, maxWord))
	}
	if at, err := time.Parse(time.RFC3339, created); err == nil {
		r.Created = at.UTC()
	}
	return r, nil
}

// clean makes a text from outside one line that can be printed (CVE-2021-21303),
// of at most so many bytes.
func clean(text string, most int) string {
	text = strings.ToValidUTF8(text[:min(len(text), most)], "")
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsPrint(r):
			return -1
		}
		return r
	}, text))
}
