package bucket

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/jwt"

	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/fetch"
)

const scope = "https://www.googleapis.com/auth/devstorage.read_write"

// keyFile is what counts of the key file of a service account. Files of other
// types name addresses and commands that are to be trusted; they are refused.
type keyFile struct {
	Type     string `json:"type"`
	Email    string `json:"client_email"`
	Key      string `json:"private_key"`
	KeyID    string `json:"private_key_id"`
	TokenURI string `json:"token_uri"`
}

func isKeyFile(secret string) bool { return strings.HasPrefix(strings.TrimSpace(secret), "{") }

// account gives the client the tokens of a service account, which it gets through
// itself. The token service learns a signed statement, never the key.
func (g google) account(site fetch.Site, c *http.Client) (*http.Client, error) {
	var file keyFile
	wrong := func(why string) error {
		return repo.Fail(repo.ErrInvalid, "opening repository %q: the secret of its credential is no key file of a service account that can be used: %s", site.Location.String(), why)
	}
	if err := json.Unmarshal([]byte(site.Credential.Secret.Reveal()), &file); err != nil {
		return nil, wrong("it is not the JSON that was downloaded")
	}
	switch {
	case file.Type != "service_account":
		return nil, wrong("its type is not service_account")
	case file.TokenURI != g.token:
		return nil, wrong("its token_uri is not " + g.token)
	case file.Email == "" || !isPrivateKey(file.Key):
		return nil, wrong("client_email or private_key is missing or broken")
	}
	config := jwt.Config{Email: file.Email, PrivateKey: []byte(file.Key), PrivateKeyID: file.KeyID, Scopes: []string{scope}, TokenURL: g.token}
	token, err := url.Parse(g.token)
	if err != nil {
		return nil, err
	}
	asking, err := client(site, repo.OriginOf(token))
	if err != nil {
		return nil, err
	}
	tokens := config.TokenSource(context.WithValue(context.Background(), oauth2.HTTPClient, asking))
	return &http.Client{Transport: &oauth2.Transport{Source: tokens, Base: c.Transport}, CheckRedirect: stay}, nil
}

func isPrivateKey(text string) bool {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return false
	}
	_, pkcs8 := x509.ParsePKCS8PrivateKey(block.Bytes)
	_, pkcs1 := x509.ParsePKCS1PrivateKey(block.Bytes)
	return pkcs8 == nil || pkcs1 == nil
}

// refusedToken is what the token service answered, if that is what err is. It
// says invalid_grant of keys and clocks alike.
func refusedToken(err error) (int, string) {
	var said *oauth2.RetrieveError
	if !errors.As(err, &said) || said.Response == nil {
		return 0, ""
	}
	if said.Response.StatusCode == http.StatusBadRequest {
		return http.StatusUnauthorized, said.ErrorCode
	}
	return said.Response.StatusCode, said.ErrorCode
}
