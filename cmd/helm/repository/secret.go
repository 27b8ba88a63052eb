package repository

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/cmd/helm/fault"
	"github.com/helm-dm/helm-dm/cmd/helm/input"
	"github.com/helm-dm/helm-dm/cmd/helm/world"
)

// stdinName stands for standard input where a secret is expected.
const stdinName = "-"

// fromStdin reads a secret from standard input.
func fromStdin(w *world.World) (string, error) {
	text, err := input.All(w.In, v1alpha1.MaxSecretBytes)
	if err != nil {
		return "", fault.Usage("reading the secret from standard input: %w", err)
	}
	return settled(string(text), "standard input")
}

// fromFile reads a secret from a file.
func fromFile(name string) (string, error) {
	text, err := input.File(name, v1alpha1.MaxSecretBytes)
	if err != nil {
		return "", fault.Usage("reading --from-file: %w", err)
	}
	return settled(string(text), name)
}

// fromTerminal asks for a secret, if there is somebody to ask; stdin is how to have
// it read from standard input.
func fromTerminal(ctx context.Context, w *world.World, prompt, stdin string) (string, error) {
	if w.Ask == nil {
		return "", fault.Usage("the secret is missing, and standard input is no terminal to ask for it").
			Mend("%s, to read it from standard input", stdin)
	}
	text, err := w.Ask(ctx, prompt)
	if err != nil {
		return "", err
	}
	return settled(text, "the terminal")
}

// settled drops the one line break that most ways of writing a secret down add.
func settled(text, from string) (string, error) {
	text = strings.TrimSuffix(strings.TrimSuffix(text, "\n"), "\r")
	if text == "" {
		return "", fault.Usage("the secret is empty: %s has none", from)
	}
	return text, nil
}

// account is the name in the key file of a service account.
func account(key string) (string, error) {
	var file struct {
		Email string `json:"client_email"`
	}
	// The error would quote the file.
	if json.Unmarshal([]byte(key), &file) != nil || file.Email == "" {
		return "", fault.Usage("the file of --from-file is no key of a service account, which would name it").
			Mend("helm credential add TOKEN --from-file FILE")
	}
	return file.Email, nil
}
