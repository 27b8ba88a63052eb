package reference

import (
	"fmt"
	"math/rand"
	"testing"
)

func TestParts(t *testing.T) {
	t.Parallel()
	tests := []struct{ text, name, repository, path string }{
		{"helm:example.com/foo/a/bar#1.2.3", "bar", "example.com/foo/a", ""},
		{"helm:example.com/bar", "bar", "example.com", ""},
		{"helm:s3/bucket/bar", "bar", "s3/bucket", ""},
		{"https://example.com/foo/bar-1.2.3.tgz", "", "", ""},
		{"oci://example.com:5000/charts/bar:1.2.3", "bar", "oci://example.com:5000/charts", ""},
		{"oci://example.com/bar", "bar", "oci://example.com", ""},
		{"localchart/web#1.2.3", "web", "", ""},
		{"web#1.2.3", "web", "", ""},
		{"./web", "", "", "./web"},
		{"file:web", "", "", "web"},
		{"file:///srv/web", "", "", "/srv/web"},
	}
	for _, test := range tests {
		t.Run(test.text, func(t *testing.T) {
			t.Parallel()
			r, err := Parse(test.text)
			if err != nil {
				t.Fatal(err)
			}
			if r.Name() != test.name || r.Repository() != test.repository || r.Path() != test.path {
				t.Errorf("got %q, %q, %q", r.Name(), r.Repository(), r.Path())
			}
		})
	}
}

func TestUpload(t *testing.T) {
	t.Parallel()
	uploaded := Upload("web", "1.2.3", digest)
	if want := "localchart/web#1.2.3@" + digest; uploaded.String() != want || !uploaded.IsUpload() {
		t.Errorf("got %q, an upload: %t, want %q", uploaded, uploaded.IsUpload(), want)
	}
	if read, err := Parse(uploaded.String()); err != nil || read != uploaded {
		t.Errorf("read %+v, %v", read, err)
	}
	if other := (Reference{Kind: KindShort, Location: "helm:localchart.com/web"}); other.IsUpload() {
		t.Error("a short reference is an upload")
	}
}

// TestVersionsAndTags wants every version to survive the way to a tag and back,
// and every reference made of one the way to text and back.
func TestVersionsAndTags(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewSource(1))
	for range 2000 {
		version := fmt.Sprintf("%d.%d.%d", random.Intn(30), random.Intn(30), random.Intn(30))
		if random.Intn(2) == 0 {
			version = "v" + version
		}
		if random.Intn(2) == 0 {
			version += fmt.Sprintf("-rc.%d", random.Intn(30))
		}
		if random.Intn(2) == 0 {
			version += fmt.Sprintf("+build-%x.%d", random.Int63(), random.Intn(30))
		}
		if FromTag(Tag(version)) != version || !IsExact(version) {
			t.Fatalf("%q has the tag %q, which is %q", version, Tag(version), FromTag(Tag(version)))
		}
		for _, r := range []Reference{
			{KindOCI, "oci://example.com/a/b", version, ""},
			{KindOCI, "oci://example.com/a/b", ">=" + version + " <40", digest},
			{KindShort, "helm:example.com/a/b", version, digest},
			{KindShort, "helm:s3/a/b", "^" + version, ""},
			{KindUpload, "localchart/b", version, digest},
			{KindMade, "b", version, ""},
		} {
			if got, err := Parse(r.String()); err != nil || got != r {
				t.Fatalf("%q is read as %+v, %v", r, got, err)
			}
		}
	}
}
