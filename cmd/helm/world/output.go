package world

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/util/duration"
	"sigs.k8s.io/yaml"

	"github.com/helm-dm/helm-dm/cmd/helm/fault"
)

// The formats of answers.
const (
	FormatText = "text"
	FormatWide = "wide"
	FormatName = "name"
	FormatJSON = "json"
	FormatYAML = "yaml"
)

// Format checks that --output is text or one of others.
func (w *World) Format(others ...string) (string, error) {
	known := append([]string{FormatText}, others...)
	if !slices.Contains(known, w.Flags.Output) {
		return "", fault.Usage("there is no output format %q here", w.Flags.Output).Mend("-o %s", strings.Join(known, "|"))
	}
	return w.Flags.Output, nil
}

// Print answers with the whole of v, as JSON or YAML.
func (w *World) Print(format string, v any) error {
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return fmt.Errorf("printing the answer: %w", err)
	}
	text = append(escape(text), '\n')
	if format == FormatYAML {
		if text, err = yaml.JSONToYAML(text); err != nil {
			return fmt.Errorf("printing the answer: %w", err)
		}
	}
	_, err = w.Screen.Out.Write(text)
	return err
}

// escape writes the control characters that JSON allows in strings, DEL and
// C1, in their \u form: same value, no effect on a terminal.
func escape(text []byte) []byte {
	var out bytes.Buffer
	for _, r := range string(text) {
		if r >= 0x7f && r <= 0x9f {
			fmt.Fprintf(&out, `\u%04x`, r)
		} else {
			out.WriteRune(r)
		}
	}
	return out.Bytes()
}

// Age words how long ago a time was, as kubectl does; nothing for the zero time.
func (w *World) Age(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return duration.HumanDuration(max(w.Now().Sub(at), time.Second))
}
