package parameter

import (
	"fmt"
	"strings"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/cmd/helm/fault"
	"github.com/helm-dm/helm-dm/cmd/helm/input"
)

// readAssigned replaces the files in PATH=FILE,… by their content, each an
// assignment of its own.
func readAssigned(flags []string) ([]string, error) {
	var out []string
	for _, flag := range flags {
		for _, pair := range splitUnescaped(flag, ',') {
			parts := splitUnescaped(pair, '=')
			if len(parts) < 2 {
				return nil, fault.Usage("--set-file %q has no FILE: it should be PATH=FILE", flag)
			}
			path := parts[0]
			text, err := input.File(unescape(pair[len(path)+1:]), v1alpha1.MaxParameterBytes)
			if err != nil {
				return nil, fault.Usage("reading the file of --set-file %s: %w", path, err)
			}
			out = append(out, fmt.Sprintf("%s=%s", path, text))
		}
	}
	return out, nil
}

// splitUnescaped cuts text at each separator without a backslash before it, and
// leaves the backslashes.
func splitUnescaped(text string, separator byte) []string {
	var parts []string
	start := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case separator:
			parts = append(parts, text[start:i])
			start = i + 1
		}
	}
	return append(parts, text[start:])
}

// unescape drops each backslash and keeps what follows it.
func unescape(text string) string {
	var out strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] == '\\' && i+1 < len(text) {
			i++
		}
		out.WriteByte(text[i])
	}
	return out.String()
}
