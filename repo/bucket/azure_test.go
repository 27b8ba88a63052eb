package bucket

import (
	"encoding/base64"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/fetch"
)

func TestAzureSites(t *testing.T) {
	t.Parallel()
	key := repo.NewSecret(base64.StdEncoding.EncodeToString([]byte("key")))
	for name, test := range map[string]struct {
		address    string
		credential *repo.Credential
		want       string // address of the folder; empty where the site is wrong
	}{
		"an account's container": {"azblob://charts", &repo.Credential{Token: "account", Secret: key}, "https://account.blob.core.windows.net/charts/"},
		"a folder in it":         {"azblob://charts/team/a", &repo.Credential{Token: "account", Secret: key}, "https://account.blob.core.windows.net/charts/team/a/"},
		"a host":                 {"azblob://account.blob.core.windows.net/charts", nil, "https://account.blob.core.windows.net/charts/"},
		"an emulator":            {"azblob+http://127.0.0.1:10000/account/charts/team", nil, "http://127.0.0.1:10000/account/charts/team/"},
		"no account":             {"azblob://charts", nil, ""},
		"an account elsewhere":   {"azblob://charts", &repo.Credential{Token: "evil.example.com/", Secret: key}, ""},
		"no key":                 {"azblob://charts", &repo.Credential{Token: "account", Secret: repo.NewSecret("not base64: CANARY")}, ""},
		"no container":           {"azblob+http://127.0.0.1:10000/account", nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			reach, err := azure(fetch.Site{Location: parsed(t, test.address), Credential: test.credential, Network: loopback()})
			if test.want == "" {
				if !errors.Is(err, repo.ErrInvalid) || strings.Contains(err.Error(), "CANARY") || strings.Contains(err.Error(), "evil") {
					t.Errorf("got %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			s, err := reach(t.Context())
			if err != nil || s.bases[1] != test.want {
				t.Errorf("it is at %+v, with %v, want %q", s, err, test.want)
			}
		})
	}
}

// TestAzureAnswers runs the library of Azure against answers as Azure gives them.
func TestAzureAnswers(t *testing.T) {
	t.Parallel()
	const index = "apiVersion: v1\nentries:\n  foo:\n  - {apiVersion: v2, name: foo, version: 1.0.0, urls: [foo-1.0.0.tgz]}\n"
	f := before(t, "http://127.0.0.1:9", func(out http.ResponseWriter, in *http.Request) bool {
		switch {
		case !strings.HasPrefix(in.Header.Get("Authorization"), "SharedKey account:"):
			out.Header().Set("X-Ms-Error-Code", "AuthenticationFailed")
			return told(http.StatusForbidden, "<Error><Code>AuthenticationFailed</Code><Message>BODY-OF-AN-ERROR</Message></Error>")(out, in)
		case in.URL.Path != "/account/charts/index.yaml":
			out.Header().Set("X-Ms-Error-Code", "ContainerNotFound")
			return told(http.StatusNotFound, "")(out, in)
		}
		out.Header().Set("ETag", `"0x1"`)
		out.Header().Set("Last-Modified", "Sun, 01 Mar 2026 12:00:00 GMT")
		return told(http.StatusOK, index)(out, in)
	})
	site := fetch.Site{Location: parsed(t, "azblob+"+f.server.URL+"/account/charts"), Network: loopback()}
	refused(t, opened(t, site), repo.ErrUnauthorized)
	site.Credential = &repo.Credential{Token: "account", Secret: repo.NewSecret("a2V5")}
	r := opened(t, site)
	var told []string
	l, err := r.List(t.Context(), "", func(r repo.Release) error {
		told = append(told, r.Name+" "+r.Version)
		return nil
	})
	if err != nil || len(told) != 1 || l.Kind != repo.KindIndex || l.Mark == "" {
		t.Fatalf("told of %q, with %+v and %v", told, l, err)
	}
	if _, err := r.List(t.Context(), l.Mark, nil); !errors.Is(err, repo.ErrUnchanged) {
		t.Errorf("the same again: %v", err)
	}
	site.Location = parsed(t, "azblob+"+f.server.URL+"/account/nothing")
	refused(t, opened(t, site), repo.ErrNotFound)
}
