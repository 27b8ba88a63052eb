package catalogue

import (
	"cmp"
	"strings"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/cmd/helm/world"
)

// widest is how many characters of a default a table shows.
const widest = 60

// parameters answers with those of a chart, a line each, or as a table.
func parameters(w *world.World, found v1alpha1.ChartInspectionStatus, wide bool) error {
	if len(found.Parameters) == 0 {
		w.Screen.Note("The chart %s has no parameters that are known.", found.Chart.Name)
	}
	if wide {
		var rows [][]string
		for _, p := range found.Parameters {
			rows = append(rows, []string{p.Name, kindOf(p), shortened(defaultOf(p)), allowed(p), words(p.Description)})
		}
		return w.Screen.Table([]string{"NAME", "TYPE", "DEFAULT", "ALLOWED", "DESCRIPTION"}, rows)
	}
	w.Screen.Answer("Params:")
	for _, p := range found.Parameters {
		if text := words(p.Description); text != "" {
			w.Screen.Answer("- %s: %s", p.Name, text)
		} else {
			w.Screen.Answer("- %s", p.Name)
		}
	}
	return nil
}

func kindOf(p v1alpha1.ParameterDoc) string {
	if p.Required {
		return strings.TrimPrefix(p.Type+", required", ", ")
	}
	return p.Type
}

func defaultOf(p v1alpha1.ParameterDoc) string {
	if p.Secret {
		return "(secret)"
	}
	return cmp.Or(p.Effective, p.Default)
}

// allowed joins everything that is said of the values that may be given.
func allowed(p v1alpha1.ParameterDoc) string {
	all := p.Allowed
	if p.Range != "" {
		all = append(all[:len(all):len(all)], p.Range)
	}
	if p.Pattern != "" {
		all = append(all[:len(all):len(all)], "/"+p.Pattern+"/")
	}
	return strings.Join(all, ", ")
}

// words is text on one line, with single blanks.
func words(text string) string { return strings.Join(strings.Fields(text), " ") }

func shortened(text string) string {
	if runes := []rune(text); len(runes) > widest {
		return string(runes[:widest]) + "…"
	}
	return text
}
