package fetch_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/fetch"
)

// canary is in everything that must not arrive elsewhere.
const canary = "Xq7canary9Zk"

// own are headers that a library may prove itself with.
func own() []string {
	return []string{"Authorization", "Bearer " + canary, "Cookie", "session=" + canary, "X-Amz-Security-Token", canary,
		"X-Goog-Signature", canary, "X-Ms-Copy-Source-Authorization", canary, "Proxy-Authorization", canary, "Private-Token", canary,
		"Referer", "https://home.example.com/?sig=" + canary}
}

// carries says whether any form of the canary is in a request.
func carries(r received) bool {
	text := fmt.Sprint(r)
	for value := range strings.FieldsSeq(r.Header.Get("Authorization")) {
		decoded, _ := base64.StdEncoding.DecodeString(value) // or it is nothing encoded
		text += string(decoded)
	}
	return strings.Contains(text, canary)
}

func credential() *repo.Credential {
	return &repo.Credential{Token: "token", Secret: repo.NewSecret(canary)}
}

// The credential, and what a library has set in its place, arrive at their origin
// and nowhere else, however one gets there.
func TestCredentialsStayAtTheirOrigin(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]*repo.Credential{"a credential": credential(), "headers of a library": nil} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			home, neighbour := serve(t, public, true, lead), serve(t, public, true, lead)
			plain, inside := serve(t, public, false, lead), serve(t, private, true, lead)
			base := home.at("home.example.com")
			n := network(fetch.Policy{Private: func(repo.Origin) bool { return true }})
			secure := client(t, n, fetch.Access{Origin: originOf(t, base), Credential: c, Roots: home.roots()})
			try := func(address string) {
				t.Helper()
				for _, method := range []string{http.MethodGet, http.MethodHead} {
					if got, err := send(t, secure, method, address, nil, own()...); err != nil || got.Status != http.StatusOK {
						t.Errorf("%s: got %v and the error %v", address, got, err)
					}
				}
			}
			try(base + "/home")
			try(through(base, "302", "/home"))
			alias := home.at("other.example.com") // the same server by another name
			try(through(base, "302", alias+"/elsewhere"))
			try(through(base, "308", alias+"/elsewhere"))
			try(alias + "/elsewhere")
			for _, to := range []string{neighbour.at("home.example.com"), neighbour.at("other.example.com"), neighbour.at("home.example.com.")} {
				for _, status := range []string{"302", "303", "307", "308"} {
					try(through(base, status, to+"/home"))
					try(through(base, status, through(to, status, base+"/back")))
				}
				try(to + "/home")
			}
			_, _ = get(t, secure, through(base, "302", plain.at("home.example.com")), own()...) // refused
			_, _ = get(t, secure, plain.at("home.example.com"), own()...)                       // the same
			try(through(base, "302", inside.at(private)))
			for _, s := range []*server{neighbour, plain, inside} {
				for _, request := range s.saw() {
					if carries(request) {
						t.Errorf("a credential has arrived: %v", request)
					}
				}
			}
			if len(neighbour.saw()) == 0 || len(inside.saw()) == 0 || len(plain.saw()) > 0 {
				t.Error("the requests have not arrived where they should")
			}
			for _, request := range home.saw() {
				away := strings.HasPrefix(request.Target, "/back") || strings.HasPrefix(request.Target, "/elsewhere")
				if carries(request) == away {
					t.Errorf("with the credential: %v, and should not be so: %v", !away, request)
				}
				if request.Header.Get("Referer") != "" {
					t.Errorf("the referer has arrived: %v", request)
				}
			}
		})
	}
}

// Elsewhere only headers that are known to be harmless arrive.
func TestHarmlessHeadersArrive(t *testing.T) {
	t.Parallel()
	home, other := serve(t, public, false, lead), serve(t, public, false, say("other"))
	c := client(t, network(fetch.Policy{}), fetch.Access{Origin: originOf(t, home.at("home.example.com")), Credential: credential()})
	if _, err := get(t, c, through(home.at("home.example.com"), "302", other.at("other.example.com")), "Accept", "text/yaml", "If-None-Match", `"tag"`, "X-Mine", "x"); err != nil {
		t.Fatal(err)
	}
	got := other.saw()[0].Header
	if got.Get("Accept") != "text/yaml" || got.Get("If-None-Match") != `"tag"` || got.Get("User-Agent") != "helm-dm" || got.Get("X-Mine") != "" {
		t.Errorf("the header is %v", got)
	}
}

func TestAlso(t *testing.T) {
	t.Parallel()
	home, service := serve(t, public, false, lead), serve(t, public, false, say("token"))
	for name, test := range map[string]struct {
		credential *repo.Credential
		arrives    bool
	}{"what a library sets": {nil, true}, "a credential": {credential(), false}} {
		a := fetch.Access{Origin: originOf(t, home.at("home.example.com")), Also: []repo.Origin{originOf(t, service.at("other.example.com"))}, Credential: test.credential}
		c := client(t, network(fetch.Policy{}), a)
		if _, err := get(t, c, service.at("other.example.com")+"/direct", own()...); err != nil {
			t.Fatal(err)
		}
		saw := service.saw()
		if got := carries(saw[len(saw)-1]); got != test.arrives {
			t.Errorf("%s arrives: %v, want %v", name, got, test.arrives)
		}
		if _, err := get(t, c, through(home.at("home.example.com"), "302", service.at("other.example.com")+"/led"), own()...); err != nil {
			t.Fatal(err)
		}
		saw = service.saw()
		if carries(saw[len(saw)-1]) {
			t.Errorf("%s that was meant for another arrives by a redirect", name)
		}
	}
}

func TestBearer(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		challenges []string
		want       bool
	}{
		"alone":                    {[]string{"Bearer"}, true},
		"in lower case":            {[]string{"bearer"}, true},
		"a realm that is none":     {[]string{`Bearer realm="charts and more"`}, true},
		"after another":            {[]string{`Basic realm="a, b", Bearer`}, true},
		"in another header":        {[]string{"Basic", `Bearer error="invalid_token"`}, true},
		"a realm at home":          {[]string{`Bearer realm="HOME/token",service="x"`}, true},
		"a realm elsewhere":        {[]string{`Bearer realm="https://evil.example.com/token",service="x"`}, false},
		"a realm on another port":  {[]string{`Bearer realm="http://home.example.com:1/token"`}, false},
		"a realm without a scheme": {[]string{`Bearer realm="//evil.example.com/token"`}, false},
		"elsewhere and unquoted":   {[]string{`Bearer service=x, realm=https://evil.example.com/token`}, false},
		"only a password":          {[]string{"Basic realm=bearer"}, false},
		"something else":           {[]string{"BearerX"}, false},
		"no challenge":             {nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var home *server
			home = serve(t, public, false, func(w http.ResponseWriter, r *http.Request) {
				if r.Header.Get("Authorization") == "Bearer "+canary {
					body, _ := io.ReadAll(r.Body)
					_, _ = fmt.Fprintf(w, "welcome %s", body)
					return
				}
				for _, challenge := range test.challenges {
					w.Header().Add("WWW-Authenticate", strings.ReplaceAll(challenge, "HOME", home.at("home.example.com")))
				}
				w.WriteHeader(http.StatusUnauthorized)
			})
			base := home.at("home.example.com")
			c := client(t, network(fetch.Policy{}), fetch.Access{Origin: originOf(t, base), Credential: credential()})
			got, err := send(t, c, http.MethodPut, base, strings.NewReader("guest"))
			want := answer{http.StatusUnauthorized, ""}
			if test.want {
				want = answer{http.StatusOK, "welcome guest"}
			}
			if err != nil || got != want {
				t.Errorf("got %v and the error %v, want %v", got, err, want)
			}
			once, err := send(t, c, http.MethodPut, base, io.NopCloser(strings.NewReader("guest")))
			if err != nil || once.Status != http.StatusUnauthorized {
				t.Errorf("what cannot be sent again got %v and the error %v", once, err)
			}
		})
	}
}

func TestUploadsAreNotLedAway(t *testing.T) {
	t.Parallel()
	for _, method := range []string{http.MethodPut, http.MethodPost, http.MethodPatch, http.MethodDelete} {
		t.Run(method, func(t *testing.T) {
			t.Parallel()
			home, other := serve(t, public, false, lead), serve(t, public, false, say("other"))
			base := home.at("home.example.com")
			c := client(t, network(fetch.Policy{}), fetch.Access{Origin: originOf(t, base), Credential: credential()})
			for _, address := range []string{
				through(base, "307", other.at("other.example.com")), through(base, "308", other.at("home.example.com")),
				through(base, "302", other.at("other.example.com")), through(base, "302", "/home"), through(base, "303", "/home"),
			} {
				_, err := send(t, c, method, address, strings.NewReader("package"))
				refused(t, err, fetch.RuleUpload)
			}
			if saw := other.saw(); len(saw) > 0 {
				t.Errorf("elsewhere has arrived %v", saw)
			}
			if got, err := send(t, c, method, through(base, "307", "/home"), strings.NewReader("package")); err != nil || got.Body != "home" {
				t.Errorf("got %v and the error %v", got, err)
			}
			saw := home.saw()
			if last := saw[len(saw)-1]; last.Method != method || last.Body != "package" || !carries(last) {
				t.Errorf("the last request is %v", last)
			}
		})
	}
}

// A secret that no header can hold is not quoted either.
func TestSecretsThatCannotBeSent(t *testing.T) {
	t.Parallel()
	home := serve(t, public, false, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("WWW-Authenticate", "Bearer")
		w.WriteHeader(http.StatusUnauthorized)
	})
	base := home.at("home.example.com")
	c := client(t, network(fetch.Policy{}), fetch.Access{Origin: originOf(t, base), Credential: &repo.Credential{Token: "token", Secret: repo.NewSecret(canary + "\n")}})
	if got, err := get(t, c, base); !errors.Is(err, repo.ErrUnavailable) || strings.Contains(err.Error(), canary) {
		t.Errorf("got %v and the error %v", got, err)
	}
}

// What a client hands back does not hold the credential either.
func TestAnswersHoldNoCredential(t *testing.T) {
	t.Parallel()
	home := serve(t, public, false, lead)
	base := home.at("home.example.com")
	c := client(t, network(fetch.Policy{}), fetch.Access{Origin: originOf(t, base), Credential: credential()})
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, through(base, "302", "/home"), nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	for hop := resp; hop != nil; hop = hop.Request.Response {
		if got := hop.Request.Header.Get("Authorization"); got != "" {
			t.Errorf("the request of the answer has %s", got)
		}
	}
	if got := req.Header.Get("Authorization"); got != "" {
		t.Errorf("the caller's request has %s", got)
	}
}
