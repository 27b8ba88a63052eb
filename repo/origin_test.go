package repo_test

import (
	"net/url"
	"testing"

	"github.com/helm-dm/helm-dm/repo"
)

func TestOriginOf(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"https://example.com/a?b#c":         "https://example.com",
		"HTTPS://EXAMPLE.com:443/":          "https://example.com",
		"https://example.com./":             "https://example.com",
		"https://user:pass@example.com/":    "https://example.com",
		"https://example.com:80/":           "https://example.com:80",
		"http://example.com/":               "http://example.com",
		"http://example.com:443/":           "http://example.com:443",
		"https://[::1]/":                    "https://[::1]",
		"https://[::1]:8443/":               "https://[::1]:8443",
		"https://example.com.evil.example/": "https://example.com.evil.example",
	} {
		u, err := url.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := repo.OriginOf(u).String(); got != want {
			t.Errorf("the origin of %s is %s, want %s", text, got, want)
		}
	}
}

// What a credential is bound to differs when any part of it does.
func TestOriginsDiffer(t *testing.T) {
	t.Parallel()
	home := location(t, "https://example.com/charts").Origin()
	for _, text := range []string{
		"http://example.com/charts", "https://example.com:8443/charts", "https://charts.example.com", "https://example.co/charts",
		"https://example.com.evil.example/charts", "oci://evilexample.com/charts", "s3://charts", "http://example.com:443/charts",
	} {
		if got := location(t, text).Origin(); got == home {
			t.Errorf("%s has the origin %s", text, got)
		}
	}
	for _, text := range []string{"https://example.com/other", "oci://example.com/charts", "s3://EXAMPLE.com:443/charts"} {
		if got := location(t, text).Origin(); got != home {
			t.Errorf("%s has the origin %s, want %s", text, got, home)
		}
	}
}
