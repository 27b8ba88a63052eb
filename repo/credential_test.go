package repo_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	yaml3 "go.yaml.in/yaml/v3"
	"sigs.k8s.io/yaml"

	"github.com/helm-dm/helm-dm/repo"
)

// canary is the secret that must not be seen, in any of the forms that a format
// could give it.
const canary = "Xq7canary9Zk"

func leaks(text string) bool {
	text = strings.ToLower(text)
	for _, format := range []string{"%s", "%x", "% x", "%v", "%#v"} {
		if strings.Contains(text, strings.ToLower(fmt.Sprintf(format, []byte(canary)))) {
			return true
		}
	}
	return false
}

func TestSecretIsRevealed(t *testing.T) {
	t.Parallel()
	if got := repo.NewSecret(canary).Reveal(); got != canary {
		t.Errorf("the secret is %q", got)
	}
	if got := (repo.Secret{}).Reveal(); got != "" {
		t.Errorf("the secret of nothing is %q", got)
	}
}

// holder keeps a secret where fmt does not ask it for its formats.
type holder struct {
	secret     repo.Secret
	credential repo.Credential
	pointer    *repo.Credential
}

func TestSecretIsNeverFormatted(t *testing.T) {
	t.Parallel()
	secret := repo.NewSecret(canary)
	credential := repo.Credential{Token: "token", Secret: secret}
	for name, value := range map[string]any{
		"secret": secret, "pointer": &secret, "credential": credential, "its pointer": &credential,
		"slice": []repo.Secret{secret}, "map": map[string]repo.Credential{"a": credential}, "any": []any{secret},
		"unexported": holder{secret, credential, &credential}, "its address": &holder{secret, credential, &credential},
		"error": fmt.Errorf("failing with %v: %w", secret, repo.Fail(repo.ErrInvalid, "for %v", credential)),
	} {
		for _, verb := range "vsqxXdobcUeftTpw" {
			for _, flag := range []string{"", "+", "#", " ", "-20", ".3", "#+"} {
				format := "%" + flag + string(verb)
				if got := fmt.Sprintf(format, value); leaks(got) {
					t.Errorf("%s of a %s: %s", format, name, got)
				}
			}
		}
	}
}

func TestSecretIsNeverEncoded(t *testing.T) {
	t.Parallel()
	credential := repo.Credential{Token: "token", Secret: repo.NewSecret(canary)}
	for name, encode := range map[string]func(any) ([]byte, error){
		"json": json.Marshal, "yaml": yaml.Marshal, "yaml.v3": yaml3.Marshal,
		"slog text": logged(func(b *bytes.Buffer) slog.Handler { return slog.NewTextHandler(b, nil) }),
		"slog json": logged(func(b *bytes.Buffer) slog.Handler { return slog.NewJSONHandler(b, nil) }),
	} {
		for _, value := range []any{credential, &credential, credential.Secret, []any{credential}, map[string]any{"a": credential.Secret}, holder{credential.Secret, credential, &credential}} {
			got, err := encode(value)
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if leaks(string(got)) {
				t.Errorf("%s of %T: %s", name, value, got)
			}
		}
	}
	got, err := json.Marshal(credential)
	if want := `{"Token":"token","Secret":"(hidden)"}`; err != nil || string(got) != want {
		t.Errorf("the JSON is %s (%v), want %s", got, err, want)
	}
}

func logged(handler func(*bytes.Buffer) slog.Handler) func(any) ([]byte, error) {
	return func(value any) ([]byte, error) {
		var b bytes.Buffer
		slog.New(handler(&b)).With("with", value).Info("said", "value", value, slog.Group("group", "value", value))
		return b.Bytes(), nil
	}
}
