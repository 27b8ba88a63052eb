package parameter

import (
	"slices"
	"strings"
	"unicode"
)

// secret says whether a value is to be kept secret. The first of these that
// applies decides:
//
//  1. The schema says "writeOnly", true or false, or "format": "password". The
//     schema is that of values.schema.json or of an @schema comment.
//  2. What is a boolean, or null where the schema wants one, and a map are
//     none; what is in a map is judged by itself.
//  3. Something further up is secret, or is a map whose last words are in
//     severals below.
//  4. The key holds the word "existing" and names another object, or begins with
//     allow, use, enable, force or generate and is a switch, or something further
//     up ends in secret keys, key mapping or ref.
//  5. The key is "secret", or it is "key" in a map called tls, ssl, cert or
//     certificate, or its last words are those in secrets or severals below.
//
// All else is not secret. So secretName, existingSecret, pullSecret, passwordKey
// and tokenPath are none: they say where a secret is.
func (r *room) secret(at spot) bool {
	if on, ok := at.schema.node["writeOnly"].(bool); ok {
		return on
	}
	if at.schema.text("format") == "password" {
		return true
	}
	key := words(at.keys[len(at.keys)-1])
	switch at.value.(type) {
	case bool:
		return false
	case nil:
		if strings.HasPrefix(at.schema.kind(), "boolean") {
			return false
		}
	case map[string]any:
		return at.secret || endsInAny(key, severals())
	}
	if at.secret {
		return true
	}
	return !pointsElsewhere(at.keys) && (endsInAny(key, secrets()) || endsInAny(key, severals()) || isBare(at.keys))
}

// words returns the words of a key in small letters, as camelCase, snake_case
// and kebab-case part them.
func words(key string) []string {
	letters := []rune(key)
	var out []string
	var word []rune
	for i, r := range letters {
		starts := unicode.IsUpper(r) && i > 0 && (!unicode.IsUpper(letters[i-1]) || i+1 < len(letters) && unicode.IsLower(letters[i+1]))
		if part := unicode.IsLetter(r) || unicode.IsDigit(r); (!part || starts) && len(word) > 0 {
			out, word = append(out, string(word)), nil
			if !part {
				continue
			}
		}
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			word = append(word, unicode.ToLower(r))
		}
	}
	if len(word) > 0 {
		out = append(out, string(word))
	}
	return out
}

func secrets() []string {
	return []string{
		"password", "passwd", "passphrase", "pwd", "bindpw", "pass", "token", "credential",
		"api key", "apikey", "private key", "secret key", "access key", "encryption key", "signing key", "master key",
		"shared key", "auth key", "account key", "license key", "fernet key", "client secret", "jwt secret",
		"shared secret", "cookie secret", "session secret", "webhook secret", "auth secret", "app secret",
		"connection string",
	}
}

func severals() []string { return []string{"passwords", "tokens", "credentials", "api keys"} }

func endsInAny(key, endings []string) bool {
	text := " " + strings.Join(key, " ")
	return slices.ContainsFunc(endings, func(ending string) bool { return strings.HasSuffix(text, " "+ending) })
}

func pointsElsewhere(keys []string) bool {
	last := len(keys) - 1
	key := words(keys[last])
	if slices.Contains(key, "existing") || len(key) > 1 && slices.Contains([]string{"allow", "use", "enable", "force", "generate"}, key[0]) {
		return true
	}
	return slices.ContainsFunc(keys[:last], func(key string) bool {
		return endsInAny(words(key), []string{"secret keys", "key mapping", "ref"})
	})
}

// isBare says whether the last of keys is a word that means a secret when it
// stands alone: "secret", and "key" beside a certificate.
func isBare(keys []string) bool {
	last := len(keys) - 1
	switch strings.ToLower(keys[last]) {
	case "secret":
		return true
	case "key":
		return last > 0 && endsInAny(words(keys[last-1]), []string{"tls", "ssl", "cert", "certificate"})
	default:
		return false
	}
}
