package repo_test

import (
	"errors"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/helm-dm/helm-dm/repo"
)

// seen is what a location tells of itself.
type seen struct {
	Text, Scheme, Host, Path, Key, Origin string
	Plain                                 bool
}

func TestParseLocation(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]seen{
		"https://example.com/charts": {
			Text: "https://example.com/charts", Scheme: "https", Host: "example.com", Path: "charts",
			Key: "example.com/charts", Origin: "https://example.com",
		},
		"HTTPS://Example.COM:443/Charts/stable//": {
			Text: "https://example.com/Charts/stable", Scheme: "https", Host: "example.com", Path: "Charts/stable",
			Key: "example.com/Charts/stable", Origin: "https://example.com",
		},
		"https://example.com": {
			Text: "https://example.com", Scheme: "https", Host: "example.com",
			Key: "example.com", Origin: "https://example.com",
		},
		"http://example.com:80/charts": {
			Text: "http://example.com/charts", Scheme: "https", Plain: true, Host: "example.com", Path: "charts",
			Key: "example.com/charts", Origin: "http://example.com",
		},
		"http://[::1]:8080/charts": {
			Text: "http://[::1]:8080/charts", Scheme: "https", Plain: true, Host: "[::1]:8080", Path: "charts",
			Key: "[::1]:8080/charts", Origin: "http://[::1]:8080",
		},
		"https://[2001:DB8::1]:443/charts": {
			Text: "https://[2001:db8::1]/charts", Scheme: "https", Host: "[2001:db8::1]", Path: "charts",
			Key: "[2001:db8::1]/charts", Origin: "https://[2001:db8::1]",
		},
		"s3://bucket": {
			Text: "s3://bucket", Scheme: "s3", Path: "bucket",
			Key: "s3/bucket", Origin: "https://s3.amazonaws.com",
		},
		"s3://bucket/a/b/": {
			Text: "s3://bucket/a/b", Scheme: "s3", Path: "bucket/a/b",
			Key: "s3/bucket/a/b", Origin: "https://s3.amazonaws.com",
		},
		"s3://store.example.com/bucket": {
			Text: "s3://store.example.com/bucket", Scheme: "s3", Host: "store.example.com", Path: "bucket",
			Key: "store.example.com/bucket", Origin: "https://store.example.com",
		},
		"s3://store:443/bucket": {
			Text: "s3://store:443/bucket", Scheme: "s3", Host: "store:443", Path: "bucket",
			Key: "store:443/bucket", Origin: "https://store",
		},
		"s3+http://store/bucket": {
			Text: "s3+http://store/bucket", Scheme: "s3", Plain: true, Host: "store", Path: "bucket",
			Key: "store/bucket", Origin: "http://store",
		},
		"gs://my.bucket/charts": {
			Text: "gs://my.bucket/charts", Scheme: "gs", Path: "my.bucket/charts",
			Key: "gs/my.bucket/charts", Origin: "https://storage.googleapis.com",
		},
		"azblob://container": {
			Text: "azblob://container", Scheme: "azblob", Path: "container",
			Key: "azblob/container", Origin: "https://blob.core.windows.net",
		},
		"azblob+http://127.0.0.1:10000/account/container": {
			Text: "azblob+http://127.0.0.1:10000/account/container", Scheme: "azblob", Plain: true, Host: "127.0.0.1:10000", Path: "account/container",
			Key: "127.0.0.1:10000/account/container", Origin: "http://127.0.0.1:10000",
		},
		"oci://registry.example.com:5000/team/charts": {
			Text: "oci://registry.example.com:5000/team/charts", Scheme: "oci", Host: "registry.example.com:5000", Path: "team/charts",
			Key: "registry.example.com:5000/team/charts", Origin: "https://registry.example.com:5000",
		},
		"oci+http://localhost:5000": {
			Text: "oci+http://localhost:5000", Scheme: "oci", Plain: true, Host: "localhost:5000",
			Key: "localhost:5000", Origin: "http://localhost:5000",
		},
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			l, err := repo.ParseLocation(text)
			if err != nil {
				t.Fatal(err)
			}
			got := seen{Text: l.String(), Scheme: l.Scheme(), Plain: l.Plain(), Host: l.Host(), Path: l.Path(), Key: l.Key(), Origin: l.Origin().String()}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("location (-want +got):\n%s", diff)
			}
		})
	}
}

func TestParseLocationRefuses(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "/", "://", "https", "https:", "https:/", "https://", "https:///", "https:///bucket", "http:///bucket",
		"example.com/charts", "./charts", "/charts", "file:///charts", "file://host/charts", "ftp://example.com/charts",
		"gopher://example.com/charts", "javascript://example.com/charts", "http+http://example.com/charts",
		"https+http://example.com/charts", "gs+http://example.com/charts", " https://example.com/charts",
		"https://user:hunter2@example.com/charts", "https://example.com/charts?sig=hunter2", "https://example.com/charts#hunter2",
		"https://example.com/../charts", "https://example.com/a/./b", "https://example.com/a//b", "https://example.com/..",
		"https://example.com/a%2fb", "https://example.com/%2e%2e/b", `https://example.com\charts`, `https://example.com/a\b`,
		"https://exa mple.com/charts", "https://example.com/a b", "https://example.com/a\nb", "https://example.com/\x1b[31m",
		"https://example.com./charts", "https://.example.com/charts", "https://-example.com/charts", "https://exämple.com/charts",
		"https://example.com:/charts", "https://example.com:0/charts", "https://example.com:00443/charts", "https://example.com:65536/charts",
		"https://example.com:http/charts", "https://example.com:1:2/charts", "https://::1/charts", "https://[::1/charts",
		"https://[::1%25eth0]/charts", "https://[:::::]/charts", "https://[1.2.3.4]x/charts", "https://[]/charts",
		"s3://", "s3:///bucket", "s3://store.example.com", "s3+http://store", "s3+http:///bucket", "gs://", "gs:///bucket",
		"azblob://", "azblob://account.blob.core.windows.net", "oci://", "oci:///charts",
		"https://example.com/" + strings.Repeat("a", 2048),
	} {
		t.Run(text[:min(len(text), 40)], func(t *testing.T) {
			t.Parallel()
			l, err := repo.ParseLocation(text)
			var kind *repo.Error
			if !errors.As(err, &kind) || !errors.Is(err, repo.ErrInvalid) {
				t.Fatalf("got %v and the error %v, want one that matches ErrInvalid", l, err)
			}
			if strings.Contains(err.Error()+kind.Try, "hunter2") {
				t.Errorf("the error quotes a password: %v", err)
			}
			if strings.ContainsFunc(err.Error(), func(r rune) bool { return r < ' ' }) {
				t.Errorf("the error holds control characters: %q", err)
			}
		})
	}
}

func TestLocationName(t *testing.T) {
	t.Parallel()
	names := map[string]string{}
	for _, text := range []string{
		"https://example.com/a/b", "https://example.com/a-b", "https://example.com/A/b", "https://example.com:8443/a/b",
		"s3://a/b", "gs://a/b", "https://[::]/", "oci://example.com/" + strings.Repeat("x", 1000), "oci://example.com/" + strings.Repeat("x", 1001),
		"https://example.com/~", "https://example.com/--",
	} {
		name := location(t, text).Name()
		if other, taken := names[name]; taken {
			t.Errorf("%s and %s are both called %s", text, other, name)
		}
		names[name] = text
	}
	if a, b := location(t, "http://example.com/a").Name(), location(t, "oci://example.com/a").Name(); a != b {
		t.Errorf("the protocol is part of the name: %s, %s", a, b)
	}
	if got, want := location(t, "https://Example.com/charts").Name(), "example-com-charts-"; !strings.HasPrefix(got, want) {
		t.Errorf("the name is %s, want one that begins with %s", got, want)
	}
}

func location(t *testing.T, text string) repo.Location {
	t.Helper()
	l, err := repo.ParseLocation(text)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// subdomain is RFC 1123's, as Kubernetes has it for the names of objects.
var subdomain = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`)

func FuzzParseLocation(f *testing.F) {
	for _, text := range []string{"https://example.com/a/b", "http://[::1]:80", "s3://a:443/b", "gs://a.b/c", "azblob+http://h/c", "oci://h:5000", "s3://a.b:443/c", "gs://-", "https://[::]"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		l, err := repo.ParseLocation(text)
		if err != nil {
			return
		}
		again, err := repo.ParseLocation(l.String())
		if err != nil || again != l {
			t.Errorf("%q is %#v, printed as %q, which is %#v (%v)", text, l, l.String(), again, err)
		}
		if name := l.Name(); len(name) > 253 || !subdomain.MatchString(name) {
			t.Errorf("%q: the name %q is no DNS subdomain", text, name)
		}
		if o := l.Origin(); o.Host == "" || o.Port == "" || o.Scheme != "https" && o.Scheme != "http" {
			t.Errorf("%q: the origin is %#v", text, o)
		}
		for _, segment := range strings.Split(l.Path(), "/") {
			if segment == ".." || segment == "." {
				t.Errorf("%q leads elsewhere: %q", text, l.Path())
			}
		}
	})
}
