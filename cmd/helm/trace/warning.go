package trace

import "github.com/helm-dm/helm-dm/cmd/helm/terminal"

// Warnings passes on what the API server warns of.
type Warnings struct {
	Screen *terminal.Screen
}

// HandleWarningHeader implements client-go's handler of warnings.
func (w Warnings) HandleWarningHeader(code int, _ string, text string) {
	const miscellaneous = 299 // the only code in use (RFC 7234, section 5.5)
	if code == miscellaneous && text != "" {
		w.Screen.Note("Warning: %s", text)
	}
}
