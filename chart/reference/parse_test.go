package reference

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/helm-dm/helm-dm/chart"
)

const digest = "sha256:" + "0a1b2c3d4e5f60718293a4b5c6d7e8f9" + "0a1b2c3d4e5f60718293a4b5c6d7e8f9"

func TestParse(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text, printed string // printed is empty where it is text
		want          Reference
	}{
		{"helm:example.com/foo/bar", "", Reference{KindShort, "helm:example.com/foo/bar", "", ""}},
		{"example.com/foo/bar#1.2.3", "helm:example.com/foo/bar#1.2.3", Reference{KindShort, "helm:example.com/foo/bar", "1.2.3", ""}},
		{"helm:Example.COM:8443/Foo/a/b/bar", "helm:example.com:8443/Foo/a/b/bar", Reference{KindShort, "helm:example.com:8443/Foo/a/b/bar", "", ""}},
		{"helm:[::1]:80/bar#v1.2.3-rc.1+b.2", "", Reference{KindShort, "helm:[::1]:80/bar", "v1.2.3-rc.1+b.2", ""}},
		{"example.com/bar#>=1.2 <3", "helm:example.com/bar#>=1.2 <3", Reference{KindShort, "helm:example.com/bar", ">=1.2 <3", ""}},
		{"helm:example.com/bar#^1 || ~2.1@" + digest, "", Reference{KindShort, "helm:example.com/bar", "^1 || ~2.1", digest}},
		{"helm:example.com/bar# 1.x ", "helm:example.com/bar#1.x", Reference{KindShort, "helm:example.com/bar", "1.x", ""}},
		{"helm:s3/bucket/name#*", "", Reference{KindShort, "helm:s3/bucket/name", "*", ""}},
		{"azblob/container/name", "helm:azblob/container/name", Reference{KindShort, "helm:azblob/container/name", "", ""}},
		{"localcharts/web", "helm:localcharts/web", Reference{KindShort, "helm:localcharts/web", "", ""}},
		{"https://Example.com/a%20b/bar-1.2.3+x.tgz", "https://example.com/a%20b/bar-1.2.3+x.tgz", Reference{KindLong, "https://example.com/a%20b/bar-1.2.3+x.tgz", "", ""}},
		{"http://example.com:8080/bar-1.2.3.tgz@" + digest, "", Reference{KindLong, "http://example.com:8080/bar-1.2.3.tgz", "", digest}},
		{"gs://bucket/bar-1.2.3.tgz", "", Reference{KindLong, "gs://bucket/bar-1.2.3.tgz", "", ""}},
		{"s3://bucket/a/bar-1.2.3.tgz", "", Reference{KindLong, "s3://bucket/a/bar-1.2.3.tgz", "", ""}},
		{"azblob://container/bar-1.2.3.tgz", "", Reference{KindLong, "azblob://container/bar-1.2.3.tgz", "", ""}},
		{"oci://example.com:5000/charts/bar", "", Reference{KindOCI, "oci://example.com:5000/charts/bar", "", ""}},
		{"oci://example.com/charts/bar:1.2.3_build.5", "", Reference{KindOCI, "oci://example.com/charts/bar", "1.2.3+build.5", ""}},
		{"oci://EXAMPLE.com/bar#1.2.3+build.5", "oci://example.com/bar:1.2.3_build.5", Reference{KindOCI, "oci://example.com/bar", "1.2.3+build.5", ""}},
		{"oci://example.com/bar:1.2.3@" + digest, "", Reference{KindOCI, "oci://example.com/bar", "1.2.3", digest}},
		{"oci://example.com/bar@" + digest, "", Reference{KindOCI, "oci://example.com/bar", "", digest}},
		{"oci://example.com/bar#^1", "", Reference{KindOCI, "oci://example.com/bar", "^1", ""}},
		{"localchart/web#1.2.3@" + digest, "", Reference{KindUpload, "localchart/web", "1.2.3", digest}},
		{"localchart/web", "", Reference{KindUpload, "localchart/web", "", ""}},
		{"helm:localchart/web#1.2", "localchart/web#1.2", Reference{KindUpload, "localchart/web", "1.2", ""}},
		{"web#1.2.3", "", Reference{KindMade, "web", "1.2.3", ""}},
		{".", "", Reference{KindLocal, ".", "", ""}},
		{"./a b#c@sha256:d", "", Reference{KindLocal, "./a b#c@sha256:d", "", ""}},
		{"../charts/web", "", Reference{KindLocal, "../charts/web", "", ""}},
		{"/srv/web-1.2.3.tgz", "", Reference{KindLocal, "/srv/web-1.2.3.tgz", "", ""}},
		{"file:web", "", Reference{KindLocal, "file:web", "", ""}},
	}
	for _, test := range tests {
		t.Run(test.text, func(t *testing.T) {
			t.Parallel()
			got, err := Parse(test.text)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			printed := test.printed
			if printed == "" {
				printed = test.text
			}
			if got.String() != printed {
				t.Errorf("printed %q, want %q", got, printed)
			}
			if want, _, _ := strings.Cut(printed, "@"+digest); got.Tagged() != want {
				t.Errorf("tagged %q, want %q", got.Tagged(), want)
			}
			if again, err := Parse(got.String()); err != nil || again != got {
				t.Errorf("read again: %+v, %v", again, err)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, text, reason, try string }{
		{"nothing", "", "no name", "HOST/BUCKET"},
		{"a prefix alone", "helm:", "a host", "HOST/BUCKET"},
		{"no location", "#1.2.3", "no name", "HOST/BUCKET"},
		{"a digest alone", "@" + digest, "no name", "HOST/BUCKET"},
		{"a name alone", "web", "a name alone", "./PATH"},
		{"a name and a range", "web#^1", "exact version", "in full"},
		{"a host alone", "helm:example.com", "a part of its path", "HOST/BUCKET"},
		{"no name at the end", "example.com/foo/", "a part of its path", "HOST/BUCKET"},
		{"a folder above", "example.com/foo/../bar", "leads elsewhere", "HOST/BUCKET"},
		{"this folder", "example.com/./bar", "leads elsewhere", "HOST/BUCKET"},
		{"an escaped folder above", "example.com/%2e%2e/bar", "no such name", "HOST/BUCKET"},
		{"a backslash", `example.com/foo\bar`, "no such name", "HOST/BUCKET"},
		{"a blank in the name", "example.com/bar baz", "no such name", "HOST/BUCKET"},
		{"a user in a short one", "me@example.com/foo/bar", "a host", "HOST/BUCKET"},
		{"a query in a short one", "example.com/foo/bar?x=y", "no such name", "HOST/BUCKET"},
		{"no bucket", "helm:s3/name", "no bucket", "helm:s3/BUCKET/NAME"},
		{"a line feed", "example.com/bar#1\n2", "printed", "HOST/BUCKET"},
		{"a terminal escape", "example.com/bar\x1b[31m", "printed", "HOST/BUCKET"},
		{"a NUL in a path", "./bar\x00", "printed", "HOST/BUCKET"},
		{"invalid UTF-8", "example.com/bar\xff", "a part of its path", "HOST/BUCKET"},
		{"an empty version", "example.com/bar#", "no version", "^1.2"},
		{"two versions", "example.com/bar#1#2", "no version", "^1.2"},
		{"a version in words", "example.com/bar#newest", "no version", "^1.2"},
		{"a short digest", "example.com/bar@sha256:0a", "digest", "64 hexadecimal"},
		{"another digest", "example.com/bar@sha512:" + digest[7:], "digest", "64 hexadecimal"},
		{"text behind the digest", "example.com/bar@" + digest + "#1.2.3", "digest", "64 hexadecimal"},
		{"two digests", "example.com/bar@" + digest + "@" + digest, "no such name", "HOST/BUCKET"},
		{"an unknown protocol", "ftp://example.com/bar-1.2.3.tgz", "protocol", "HOST/BUCKET"},
		{"a repository", "https://example.com/charts", "not the address of a package", "NAME-VERSION.tgz"},
		{"a version of a package", "https://example.com/bar-1.2.3.tgz#1.2.3", "a version already", "leave out #"},
		{"no host", "https:///bar-1.2.3.tgz", "no host", "NAME-VERSION.tgz"},
		{"an escaped folder above in a path", "https://example.com/a/%2e%2e/bar-1.2.3.tgz", "leads elsewhere", "NAME-VERSION.tgz"},
		{"a broken escape", "https://example.com/%zz.tgz", "no address", "NAME-VERSION.tgz"},
		{"capitals in a registry", "oci://example.com/Charts/bar", "lower case", "NAME:VERSION"},
		{"nothing in a registry", "oci://example.com", "lower case", "NAME:VERSION"},
		{"a tag that is no version", "oci://example.com/bar:latest", "tag is no version", "NAME:VERSION"},
		{"a plus in a tag", "oci://example.com/bar:1.2.3+b", "tag is no version", "NAME:VERSION"},
		{"a tag and a version", "oci://example.com/bar:1.2.3#1.2.3", "a tag and a version", "NAME:VERSION"},
		{"an upload above", "localchart/..#1.2.3", "no name", "HOST/BUCKET"},
		{"an upload in a folder", "localchart/a/b#1.2.3", "no name", "HOST/BUCKET"},
		{"a range of uploads", "localchart/web#^1", "exact version", "in full"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := Parse(test.text)
			shown := test.text
			if strings.ContainsAny(strings.TrimSuffix(shown, "@"+digest), "@?") {
				shown = ""
			}
			found, ok := errors.AsType[*Error](err)
			if !ok || !errors.Is(err, chart.ErrInvalid) || found.Text != shown || !strings.Contains(found.Reason, test.reason) || !strings.Contains(found.Try, test.try) {
				t.Errorf("got %+v, want %q and %q", err, test.reason, test.try)
			}
			if got != (Reference{}) {
				t.Errorf("got %+v beside the error", got)
			}
		})
	}
}

// TestParseKeepsSecrets wants credentials in a reference to be refused without
// being repeated.
func TestParseKeepsSecrets(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"https://me:hush@example.com/bar-1.2.3.tgz",
		"https://example.com/bar-1.2.3.tgz?sig=hush",
		"s3://hush@bucket/bar-1.2.3.tgz",
		"oci://me:hush@example.com/charts/bar:1.2.3",
		"example.com/" + strings.Repeat("hush", 2000),
		"ftp://me:hush@example.com/bar-1.2.3.tgz",
		"https://me:hush%zz@example.com/bar-1.2.3.tgz",
		"https://me:hush#1@example.com/bar-1.2.3.tgz",
		"me:hush@example.com/bucket/bar",
		"oci://me:hu/hush@example.com/bar",
		"oci://me@example.com:hush/bar@" + digest,
		"https://me:hush@example.com/bar-1.2.3.tgz@sha256:12",
		"https://me:hush@example.com/bar-1.2.3.tgz@" + digest + "@" + digest,
		"https://example.com/bar-1.2.3.tgz#?sig=hush",
		"example.com/foo/bar?token=hush",
		"@hush@" + digest,
	} {
		_, err := Parse(text)
		if !errors.Is(err, chart.ErrInvalid) || strings.Contains(err.Error(), "hush") || len(err.Error()) > 300 {
			t.Errorf("got %v", err)
		}
	}
}

// FuzzParse wants what String prints of a reference to be read as the same.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"helm:example.com/foo/bar#1.2.3", "oci://example.com/bar:1.2.3_b@" + digest, "oci://a/b#>=1 <3", "localchart/web#1@" + digest,
		"https://example.com/a%2fb-1.tgz", "s3://b/c.tgz", "a#", "a##b", "a@" + digest + "#@" + digest, "@" + digest, "#1", "a b", "a@sha256:", "./x#1", "file:x",
		"helm:helm:a/b", "helm:localchart/a", "https://[::1]:80/%41.tgz", "a/b#1 - 2", "oci://a/b#v1_2",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		first, err := Parse(text)
		if err != nil {
			if _, ok := errors.AsType[*Error](err); !ok {
				t.Fatalf("an error of no kind: %v", err)
			}
			return
		}
		second, err := Parse(first.String())
		if err != nil || second != first {
			t.Fatalf("%q is printed %q and read %+v, %v; want %+v", text, first, second, err, first)
		}
		if first.Kind != KindLocal && strings.Contains(first.Location, "/../") || first.Digest != "" && !chart.IsDigest(first.Digest) {
			t.Fatalf("%q is %+v", text, first)
		}
	})
}
