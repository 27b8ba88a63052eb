package listing

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/fetch"
	"github.com/helm-dm/helm-dm/repo/repotest"
)

// serve starts a server that answers, and remembers what it was asked.
func serve(t *testing.T, answer func(out http.ResponseWriter, target string)) (address string, asked func() []string) {
	t.Helper()
	var mu sync.Mutex
	var targets []string
	server := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, in *http.Request) {
		mu.Lock()
		targets = append(targets, in.RequestURI)
		mu.Unlock()
		answer(out, in.RequestURI)
	}))
	t.Cleanup(server.Close)
	return server.URL, func() []string {
		mu.Lock()
		defer mu.Unlock()
		return slices.Clone(targets)
	}
}

// read reads the bucket at an address.
func read(ctx context.Context, t *testing.T, address string) ([]string, *repo.Listing, error) {
	t.Helper()
	l, err := repo.ParseLocation(address)
	if err != nil {
		t.Fatal(err)
	}
	client, err := fetch.New(fetch.Policy{Anywhere: true}).Client(fetch.Access{Origin: l.Origin()})
	if err != nil {
		t.Fatal(err)
	}
	releases := NewReleases("")
	if err := List(ctx, client, l, repo.MaxIndex, releases.Add); err != nil {
		return nil, nil, err
	}
	var told []string
	listing, err := releases.Hand("", func(r repo.Release) error {
		told = append(told, r.Name+" "+r.Version)
		return nil
	})
	return told, listing, err
}

func TestDialects(t *testing.T) {
	t.Parallel()
	page := func(more string, keys ...string) string {
		text := "<ListBucketResult>" + more
		for _, key := range keys {
			text += "<Contents><Key>" + key + "</Key></Contents>"
		}
		return text + "</ListBucketResult>"
	}
	for name, test := range map[string]struct {
		path    string
		answers map[string]string // by target
		want    []string
		broken  int
	}{
		"S3 and Google": {"/bucket/charts", map[string]string{
			"/bucket?delimiter=%2F&list-type=2&prefix=charts%2F":                               page("<IsTruncated>true</IsTruncated><NextContinuationToken>a+/=</NextContinuationToken>", "charts/a-1.0.0.tgz", "charts/"),
			"/bucket?continuation-token=a%2B%2F%3D&delimiter=%2F&list-type=2&prefix=charts%2F": page("", "charts/b-1.0.0.tgz", "elsewhere-1.0.0.tgz", "charts/../c-1.0.0.tgz"),
		}, []string{"a 1.0.0", "b 1.0.0"}, 2},
		"S3 of old": {"/bucket", map[string]string{
			"/bucket?delimiter=%2F&list-type=2":                    page("<IsTruncated>true</IsTruncated>", "a-1.0.0.tgz"),
			"/bucket?delimiter=%2F&list-type=2&marker=a-1.0.0.tgz": page("", "b-1.0.0.tgz"),
		}, []string{"a 1.0.0", "b 1.0.0"}, 0},
		"Azure": {"/container/team", map[string]string{
			"/container?comp=list&delimiter=%2F&prefix=team%2F&restype=container":                      answerAzure,
			"/container?comp=list&delimiter=%2F&marker=2%2172%21MDAw&prefix=team%2F&restype=container": answerAzureLast,
		}, []string{"a 1.0.0"}, 0},
		"the bucket's own host": {"/team/charts", map[string]string{
			"/?delimiter=%2F&list-type=2&prefix=team%2Fcharts%2F": page("", "team/charts/a-1.0.0.tgz"),
		}, []string{"a 1.0.0"}, 0},
		"the host alone": {"", map[string]string{
			"/?delimiter=%2F&list-type=2": page("", "a-1.0.0.tgz"),
		}, []string{"a 1.0.0"}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			address, asked := serve(t, func(out http.ResponseWriter, target string) {
				answer, ok := test.answers[target]
				if !ok {
					http.Error(out, "<Error><Code>NoSuchKey</Code></Error>", http.StatusNotFound)
					return
				}
				fmt.Fprint(out, answer)
			})
			told, listing, err := read(t.Context(), t, address+test.path)
			if err != nil {
				t.Fatalf("%v, having asked for %q", err, asked())
			}
			if diff := cmp.Diff(test.want, told); diff != "" || listing.Broken != test.broken {
				t.Errorf("%d broken: %v (-want +got):\n%s", listing.Broken, listing.Faults, diff)
			}
		})
	}
}

func TestRefusedListing(t *testing.T) {
	t.Parallel()
	const endless = "<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>%d</NextContinuationToken></ListBucketResult>"
	var pages int
	for name, test := range map[string]struct {
		answer func(out http.ResponseWriter, target string)
		want   error
	}{
		"not public":             {status(http.StatusForbidden), repo.ErrUnauthorized},
		"not public, at Azure":   {status(http.StatusConflict), repo.ErrUnauthorized},
		"nothing there":          {status(http.StatusNotFound), repo.ErrNotFound},
		"not understood":         {status(http.StatusBadRequest), repo.ErrNotFound},
		"busy":                   {status(http.StatusServiceUnavailable), repo.ErrUnavailable},
		"a page of HTML":         {text("<!doctype html><title>Welcome</title>"), repo.ErrNotFound},
		"the same page for ever": {text("<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>1</NextContinuationToken></ListBucketResult>"), repo.ErrInvalid},
		"pages without end": {func(out http.ResponseWriter, _ string) {
			pages++
			fmt.Fprintf(out, endless, pages)
		}, repo.ErrTooLarge},
		"broken": {text("<ListBucketResult><Contents>"), repo.ErrInvalid},
		"no listing behind the first page": {func(out http.ResponseWriter, target string) {
			if strings.Contains(target, "continuation-token") {
				fmt.Fprint(out, "<html/>")
				return
			}
			fmt.Fprintf(out, endless, 1)
		}, repo.ErrInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			address, _ := serve(t, test.answer)
			told, _, err := read(t.Context(), t, address+"/bucket")
			if !errors.Is(err, test.want) || len(told) > 0 {
				t.Errorf("told of %q, with %v, want an error that matches %q", told, err, test.want)
			}
			if err != nil && (strings.Contains(err.Error(), "list-type") || strings.Contains(err.Error(), "doctype")) {
				t.Errorf("the error quotes what it should not: %v", err)
			}
		})
	}
}

func status(code int) func(http.ResponseWriter, string) {
	return func(out http.ResponseWriter, _ string) { out.WriteHeader(code) }
}

func text(body string) func(http.ResponseWriter, string) {
	return func(out http.ResponseWriter, _ string) { fmt.Fprint(out, body) }
}

func TestEndedListing(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	address, _ := serve(t, func(out http.ResponseWriter, _ string) {
		fmt.Fprint(out, "<ListBucketResult>")
		cancel()
	})
	if _, _, err := read(ctx, t, address+"/bucket"); err == nil {
		t.Error("a listing went on without its context")
	}
	if _, _, err := read(ctx, t, address+"/bucket"); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// TestStores reads public buckets of real stores.
func TestStores(t *testing.T) {
	t.Parallel()
	amazon := repotest.S3(t).Bucket(t)
	amazon.Publish(t)
	hidden := repotest.S3(t).Bucket(t)
	server := repotest.GCS(t)
	google := server.Bucket(t)
	const many = 1010 // more than a page
	for i := range many {
		amazon.Put(t, fmt.Sprintf("charts/foo-1.0.%d.tgz", i), []byte("package"))
	}
	amazon.Put(t, "foo-9.0.0.tgz", []byte("package"))
	google.Put(t, "charts/foo-1.0.0.tgz", []byte("package"))
	google.Put(t, "charts/foo.tgz", []byte("package"))
	for name, test := range map[string]struct {
		address string
		want    int
		err     error
	}{
		"S3":        {amazon.Listing(t, "charts").String(), many, nil},
		"S3 above":  {amazon.Listing(t, "").String(), 1, nil},
		"S3 hidden": {hidden.Listing(t, "").String(), 0, repo.ErrUnauthorized},
		"Google":    {server.URL() + "/" + google.Name() + "/charts", 1, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			told, _, err := read(t.Context(), t, test.address)
			if !errors.Is(err, test.err) || len(told) != test.want {
				t.Errorf("%d are told with %v, want %d with %v", len(told), err, test.want, test.err)
			}
		})
	}
}
