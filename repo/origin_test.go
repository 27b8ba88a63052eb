package repo_test

import (
	"errors"
	"net/url"
	"strings"
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

func TestParseOrigin(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"https://example.com": "https://example.com", "HTTP://Example.com:80/": "http://example.com",
		"https://[::1]:8443": "https://[::1]:8443", "http://10.0.0.1:8080": "http://10.0.0.1:8080",
	} {
		o, err := repo.ParseOrigin(text)
		if err != nil || o.String() != want {
			t.Errorf("%s is read as %s (%v), want %s", text, o, err, want)
		}
		if again, err := repo.ParseOrigin(o.String()); err != nil || again != o {
			t.Errorf("%s is read back as %s (%v)", o, again, err)
		}
	}
	for _, text := range []string{
		"", "example.com", "https://", "https://example.com/charts", "oci://example.com", "s3://example.com", "ftp://example.com",
		"https://ada:pssst@example.com", "https://example.com?sig=pssst", "https://example.com#pssst", "https://*.example.com", "https://example.com:0",
	} {
		o, err := repo.ParseOrigin(text)
		if !errors.Is(err, repo.ErrInvalid) || strings.Contains(err.Error(), "pssst") {
			t.Errorf("%q is read as %s (%v)", text, o, err)
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
