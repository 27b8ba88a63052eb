package parameter

import (
	"bytes"
	"slices"
	"strings"

	"github.com/helm-dm/helm-dm/chart"
)

// Commented returns the default values of a chart as their author wrote them,
// comments and all, below a line "# @chart REFERENCE" that says which chart they
// are for.
//
// Lines in the leading comments of the author's documents that would say what
// the file is for (@chart, @deployment, @namespace) are left out: a chart must
// not choose where it goes.
func Commented(c *chart.Chart, reference string) []byte {
	var out bytes.Buffer
	out.WriteString("# @chart " + line(reference) + "\n")
	leading := true
	for text := range bytes.Lines(bytes.TrimPrefix(c.RawValues(), []byte("\xef\xbb\xbf"))) {
		rest, marker := bytes.CutPrefix(text, []byte("---"))
		if marker {
			leading = true
		} else {
			rest = text
		}
		switch {
		case !leading:
		case isHeader(string(rest)):
			if marker {
				out.WriteString("---\n")
			}
			continue
		default:
			leading = isLeading(string(rest))
		}
		out.Write(text)
	}
	if !bytes.HasSuffix(out.Bytes(), []byte("\n")) {
		out.WriteString("\n")
	}
	return out.Bytes()
}

// isLeading says whether more leading comments may follow a line.
func isLeading(text string) bool {
	text = strings.TrimSpace(text)
	return text == "" || strings.HasPrefix(text, "#")
}

func isHeader(text string) bool {
	comment, ok := strings.CutPrefix(strings.TrimSpace(text), "#")
	words := strings.Fields(comment)
	return ok && len(words) > 0 && slices.Contains([]string{"@chart", "@deployment", "@namespace"}, words[0])
}
