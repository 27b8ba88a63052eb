package oci

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/helm-dm/helm-dm/chart/reference"
	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/fetch"
)

// TestHost has Docker Hub be spoken to where it is, and nobody else there.
func TestHost(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"oci://docker.io/ns":             "https://registry-1.docker.io",
		"oci://index.docker.io/ns":       "https://index.docker.io",
		"oci://evildocker.io/ns":         "https://evildocker.io",
		"oci://Registry.Example.com:443": "https://registry.example.com",
		"oci+http://localhost:5000/ns":   "http://localhost:5000",
	} {
		l, err := repo.ParseLocation(address)
		if err != nil {
			t.Fatal(err)
		}
		opened, err := New(fetch.Site{Location: l, Network: fetch.New(fetch.Policy{})})
		if err != nil {
			t.Errorf("%s: %v", address, err)
			continue
		}
		if got := opened.(*repository).origin.String(); got != want {
			t.Errorf("%s: %s, want %s", address, got, want)
		}
	}
	for _, address := range []string{"oci://host/Upper", "oci://host/a..b", "oci://host/~a", "oci://host/" + strings.Repeat("a", 300)} {
		l, err := repo.ParseLocation(address)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := New(fetch.Site{Location: l, Network: fetch.New(fetch.Policy{})}); err == nil {
			t.Errorf("%s is a repository", address)
		}
	}
}

func FuzzTag(f *testing.F) {
	for _, tag := range []string{"1.0.0", "v1.0.0", "1.0.0_a.b", "latest", "1.0", "1.0.0-rc.1", "../1.0.0", "1.0.0\n"} {
		f.Add(tag)
	}
	f.Fuzz(func(t *testing.T, tag string) {
		version, ok := versionOf(tag)
		if ok && (reference.Tag(version) != tag || len(version) > 128 || strings.ContainsAny(version, "/_ \n")) {
			t.Errorf("tag %q is version %q", tag, version)
		}
	})
}

// FuzzManifest reads whatever a registry may send of a chart.
func FuzzManifest(f *testing.F) {
	f.Add("", []byte(`{"config":{"mediaType":"`+typeConfig+`"},"layers":[{"mediaType":"`+typeChart+`"}],"description":"x","keywords":["a"],"maintainers":[{"name":"a"}]}`))
	f.Add("", []byte(`{"description":"\u001b[31m\n","appVersion":"`+strings.Repeat("é", 200)+`","maintainers":[null,{}]}`))
	f.Fuzz(func(t *testing.T, mediaType string, data []byte) {
		if m, err := parseManifest(mediaType, data); err == nil {
			_, _ = layer(m, typeChart, typeOldChart)
		} else {
			tidy(t, err.Error(), 300)
		}
		r, err := described(repo.Release{}, data, mediaType)
		if err != nil {
			return
		}
		tidy(t, r.Description, 1<<10)
		tidy(t, r.AppVersion, repo.MaxName)
		for _, word := range append(r.Keywords, r.Maintainers...) {
			tidy(t, word, 100)
		}
		if len(r.Keywords) > 32 || len(r.Maintainers) > 16 {
			t.Errorf("%d keywords, %d maintainers", len(r.Keywords), len(r.Maintainers))
		}
	})
}

func tidy(t *testing.T, text string, most int) {
	t.Helper()
	if len(text) > most || !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) {
		t.Errorf("%d bytes: %q", len(text), text)
	}
}
