package bucket

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/fetch"
)

func TestRegionOf(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ told, want string }{
		"told":       {"eu-central-1", "eu-central-1"},
		"none":       {"", anyRegion},
		"not a word": {"evil.example.com/", anyRegion},
		"too long":   {strings.Repeat("a", 100), anyRegion},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := before(t, "http://127.0.0.1:9", func(out http.ResponseWriter, in *http.Request) bool {
				if test.told != "" {
					out.Header().Set("X-Amz-Bucket-Region", test.told)
				}
				return told(http.StatusForbidden, "")(out, in)
			})
			site := fetch.Site{Location: parsed(t, "s3+"+f.server.URL+"/bucket/folder"), Credential: &repo.Credential{Token: "token", Secret: repo.NewSecret("secret")}, Network: loopback()}
			refused(t, opened(t, site), repo.ErrUnauthorized)
			requests := f.requests()
			if len(requests) != 2 || requests[0].Header.Get("Authorization") != "" {
				t.Fatalf("the store was asked %v", requests)
			}
			if said := requests[1].Header.Get("Authorization"); !strings.Contains(said, "/"+test.want+"/s3/") || strings.Contains(said, "accept-encoding") {
				t.Errorf("it was signed as %q, want the region %q", said, test.want)
			}
		})
	}
}

func TestHostsOfRegions(t *testing.T) {
	t.Parallel()
	for host, want := range map[string]string{
		"s3.eu-central-1.wasabisys.com": "eu-central-1", "s3-us-west-2.amazonaws.com": "us-west-2", "s3.us-west-002.backblazeb2.com": "us-west-002",
		"minio.example.com": "", "s3": "", "mys3.eu.example.com": "",
	} {
		got := ""
		if found := hostPattern.FindStringSubmatch(host); found != nil {
			got = found[1]
		}
		if got != want {
			t.Errorf("%s is in %q, want %q", host, got, want)
		}
	}
}

// TestAmazonAddresses holds that what is signed for Amazon goes to Amazon.
func TestAmazonAddresses(t *testing.T) {
	t.Parallel()
	for bucket, want := range map[string]string{
		"charts":          "https://charts.s3.eu-central-1.amazonaws.com/team/",
		"example.com":     "https://s3.eu-central-1.amazonaws.com/example.com/team/",
		"charts/../other": "",
	} {
		s, err := openS3(t.Context(), fetch.Site{Location: parsed(t, "s3://charts/team"), Network: loopback()}, place{bucket: bucket, prefix: "team/", region: "eu-central-1"})
		if err != nil {
			t.Fatal(err)
		}
		if want != "" && !slices.Equal(s.bases, []string{"s3://charts/team/", want}) {
			t.Errorf("the bucket %q is at %q, want %q", bucket, s.bases, want)
		}
		for _, base := range s.bases {
			if !strings.HasPrefix(base, "s3://") && !strings.Contains(base, ".amazonaws.com/") {
				t.Errorf("the bucket %q is at %q", bucket, base)
			}
		}
	}
}
