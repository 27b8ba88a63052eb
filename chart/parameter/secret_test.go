package parameter

import (
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// TestSecrets lists one parameter each and looks for its default.
func TestSecrets(t *testing.T) {
	t.Parallel()
	tests := []struct {
		path   string // of keys, with slashes
		value  string
		secret bool
	}{
		{"password", "hunter2", true},
		{"rootPassword", "hunter2", true},
		{"ROOT_PASSWORD", "hunter2", true},
		{"smtp-passwd", "hunter2", true},
		{"password", "12345", true},
		{"apiKey", "k", true},
		{"APIKey", "k", true},
		{"apikey", "k", true},
		{"githubAPIToken", "k", true},
		{"tls/key", "PEM", true},
		{"privateKey", "PEM", true},
		{"aws/secretKey", "k", true},
		{"oidc/clientSecret", "k", true},
		{"secret", "k", true},
		{"tokens", "[a, b]", true},
		{"passwords/admin", "k", true},
		{"credentials/deep/er", "k", true},
		{"secretName", "n", false},
		{"existingSecret", "n", false},
		{"existingSecretToken", "n", false},
		{"pullSecret", "n", false},
		{"imagePullSecrets", "[n]", false},
		{"passwordKey", "n", false},
		{"secretKeys/password", "n", false},
		{"passwordSecretKeyRef/token", "n", false},
		{"usePassword", "true", false},
		{"allowEmptyPassword", `"yes"`, false},
		{"automountServiceAccountToken", "false", false},
		{"publicKey", "k", false},
		{"affinity/key", "k", false},
		{"keyboard", "k", false},
		{"tokenizer", "k", false},
		{"compass", "north", false},
		{"password/enabled", "true", false},
		{"password/name", "n", false},
	}
	for _, test := range tests {
		t.Run(test.path, func(t *testing.T) {
			t.Parallel()
			keys := strings.Split(test.path, "/")
			text := ""
			for i, key := range keys {
				text += strings.Repeat("  ", i) + key + ":\n"
			}
			text = strings.TrimSuffix(text, "\n") + " " + test.value + "\n"
			list := listOf(t, chartOf(t, text, ""))
			if len(list) != 1 || list[0].Secret != test.secret || (list[0].Default == "") != test.secret {
				t.Errorf("secret %t is wanted, got %+v", test.secret, list)
			}
		})
	}
}

// TestSecretsAreNotTold looks for a secret in all that is told of a chart.
func TestSecretsAreNotTold(t *testing.T) {
	t.Parallel()
	list := listOf(t, chartOf(t, `
# -- all of it
# @default -- as in values.yaml
map: {db: {password: hunter2}, list: [{token: hunter2, tokens: [hunter2, {a: hunter2}]}], declared: hunter2}
# -- a secret
# @default -- hunter2
password: hunter2
# @schema format:password;enum:[hunter2]
pin: hunter2
listed:
  - user: a
    password: hunter2
`, `{"properties": {"map": {"properties": {"declared": {"format": "password"}}}, "new": {"format": "password", "default": "hunter2"}}}`))
	if text := printed(list); strings.Contains(text, "hunter2") || !strings.Contains(text, masked) {
		t.Errorf("the secret is told:\n%s", text)
	}
}

func TestEmptySecretsAreTold(t *testing.T) {
	t.Parallel()
	list := listOf(t, chartOf(t, "# -- Made up when empty\n# @default -- random\npassword: \"\"\ntoken: null\n", ""))
	const want = "password\tstring\t\"\"\tMade up when empty\teffective=random\tsecret\ntoken\t\tnull\tsecret\n"
	if got := printed(list); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestWords(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]string{
		"apiKey": "api key", "APIKey": "api key", "api_key": "api key", "API-KEY": "api key", "key2": "key2",
		"": "", "--": "", "aB": "a b", "AWSSecretKeys": "aws secret keys", "tls.key": "tls key", "sSL": "s sl",
	} {
		if got := strings.Join(words(key), " "); got != want {
			t.Errorf("words of %q: %q, want %q", key, got, want)
		}
	}
}

// chartText is a chart with the given values.yaml and values.schema.json.
func chartText(text, schema string) *txtar.Archive {
	archive := &txtar.Archive{Files: []txtar.File{
		{Name: "chart/Chart.yaml", Data: []byte("apiVersion: v2\nname: a\nversion: 0.1.0\n")},
		{Name: "chart/values.yaml", Data: []byte(text)},
	}}
	if schema != "" {
		archive.Files = append(archive.Files, txtar.File{Name: "chart/values.schema.json", Data: []byte(schema)})
	}
	return archive
}
