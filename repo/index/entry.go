package index

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/Masterminds/semver/v3"

	"github.com/helm-dm/helm-dm/repo"
)

// maxAddress bounds where a package is, in bytes.
const maxAddress = 2 << 10

var digestPattern = regexp.MustCompile(`^[0-9a-f]{64}$`)

// keys are the fields of an entry that are read.
func keys() []string {
	return []string{"name", "version", "appVersion", "description", "keywords", "maintainers", "deprecated", "created", "digest", "urls", "type"}
}

// read makes a release of an entry: a map with string keys, or with keys of any
// kind.
func read(value any) (repo.Release, error) {
	if value == nil {
		return repo.Release{}, errors.New("it is empty")
	}
	e := entry{value: value}
	if !isMap(value) {
		return repo.Release{}, errors.New("it is no map")
	}
	r := repo.Release{
		Name:        e.text("name"),
		Version:     e.text("version"),
		AppVersion:  e.text("appVersion"),
		Description: e.text("description"),
		Keywords:    e.texts("keywords"),
		Maintainers: e.names("maintainers"),
		Deprecated:  e.flag("deprecated"),
		Created:     moment(e.text("created")),
		Digest:      e.digest(),
		At:          e.address(),
	}
	e.check(r.Name, r.Version)
	r.Name, r.Version = strings.Clone(r.Name), strings.Clone(r.Version)
	r.Clean()
	return r, e.err
}

// entry is read field by field; err is the first thing that is wrong with it.
type entry struct {
	value any
	err   error
}

func (e *entry) fail(format string, args ...any) {
	if e.err == nil {
		e.err = fmt.Errorf(format, args...)
	}
}

func (e *entry) text(key string) string {
	switch v := lookup(e.value, key).(type) {
	case nil:
	case string:
		return v
	default:
		e.fail("%s is no text: put it in quotes", key) // S50: Helm refuses the whole index
	}
	return ""
}

func (e *entry) flag(key string) bool {
	switch v := lookup(e.value, key).(type) {
	case nil:
	case bool:
		return v
	default:
		e.fail("%s is neither true nor false", key)
	}
	return false
}

func (e *entry) list(key string) []any {
	switch v := lookup(e.value, key).(type) {
	case nil:
	case []any:
		return v
	default:
		e.fail("%s is no list", key)
	}
	return nil
}

func (e *entry) texts(key string) []string {
	var out []string
	for _, item := range e.list(key) {
		text, ok := item.(string)
		if !ok && item != nil {
			e.fail("%s holds what is no text", key)
		}
		out = append(out, text)
	}
	return out
}

// names are those of a list of maps.
func (e *entry) names(key string) []string {
	var out []string
	for _, item := range e.list(key) {
		if item != nil && !isMap(item) {
			e.fail("%s holds what is no map", key)
		}
		name, _ := lookup(item, "name").(string)
		out = append(out, name)
	}
	return out
}

// digest accepts it with and without the name of its method, in any case.
func (e *entry) digest() string {
	text := strings.ToLower(e.text("digest"))
	text = strings.TrimPrefix(text, "sha256:")
	switch {
	case text == "":
		return ""
	case !digestPattern.MatchString(text):
		e.fail("its digest is no SHA-256")
	}
	return "sha256:" + text
}

// address is the first of urls. It may hold a signature: no error quotes it.
func (e *entry) address() string {
	for _, text := range e.texts("urls") {
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		if len(text) > maxAddress || repo.Line(text, maxAddress) != text {
			e.fail("its address is too long, or holds what cannot be printed")
		}
		return strings.Clone(text)
	}
	e.fail("it has no urls")
	return ""
}

// check holds the name and the version against what they are to be: paths and
// references are made of them (CVE-2024-25620, CVE-2026-35206).
func (e *entry) check(name, version string) {
	switch {
	case name == "":
		e.fail("it has no name")
	case !repo.IsName(name):
		e.fail("name %.100q is none that a chart can have", name)
	case version == "":
		e.fail("it has no version")
	case len(version) > repo.MaxName:
		e.fail("its version is longer than %d bytes", repo.MaxName)
	}
	if _, err := semver.NewVersion(version); err != nil {
		e.fail("version %.100q is not a semantic version such as 1.2.3", version)
	}
	if kind := e.text("type"); kind != "" && kind != "application" && kind != "library" {
		e.fail("type %.100q is neither application nor library", kind)
	}
}

// moment reads a time, zero when it is none.
func moment(text string) time.Time {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05", time.DateOnly} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}

func isMap(value any) bool {
	switch value.(type) {
	case map[string]any, map[any]any:
		return true
	}
	return false
}

// lookup returns what a map holds under a key; one that differs in case counts
// where there is none that does not, as in JSON that is read into a struct.
func lookup(value any, key string) any {
	switch m := value.(type) {
	case map[string]any:
		if found, ok := m[key]; ok {
			return found
		}
		for k, found := range m {
			if strings.EqualFold(k, key) {
				return found
			}
		}
	case map[any]any:
		if found, ok := m[key]; ok {
			return found
		}
		for k, found := range m {
			if text, ok := k.(string); ok && strings.EqualFold(text, key) {
				return found
			}
		}
	}
	return nil
}
