package repo

import (
	"fmt"
	"log/slog"
)

// hidden is what a Secret prints as.
const hidden = "(hidden)"

// Secret is a text that no format, log or encoding shows. It is kept in a function
// because fmt looks into the fields of a struct that are not exported, and asks
// none of their methods.
type Secret struct{ text func() string }

// NewSecret hides a text.
func NewSecret(text string) Secret { return Secret{func() string { return text }} }

// Reveal returns the text, for the one who sends it.
func (s Secret) Reveal() string {
	if s.text == nil {
		return ""
	}
	return s.text()
}

// String shows nothing, as all of the following.
func (Secret) String() string { return hidden }

// Format is that of fmt.Formatter: no verb reaches the text.
func (Secret) Format(f fmt.State, _ rune) { fmt.Fprint(f, hidden) }

// MarshalText is that of encoding.TextMarshaler, which JSON and YAML use.
func (Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// LogValue is that of slog.LogValuer.
func (Secret) LogValue() slog.Value { return slog.StringValue(hidden) }

// Credential opens a repository: one pair for every way of proving who one is. It
// is a user and a password, an access key and its secret, an account and its key,
// or any name and a bearer token. For Google Cloud Storage the secret may be the
// content of a service account's key file.
type Credential struct {
	Token  string
	Secret Secret
}
