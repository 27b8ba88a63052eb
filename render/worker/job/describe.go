package job

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/chart/parameter"
)

// MaxReadme bounds the text of a description's README, in bytes.
const MaxReadme = 1 << 20

// Description is what a chart says of itself to those who want to use it. Its
// texts are the chart's files: they may hold anything.
type Description struct {
	Facts *Facts // never nil
	// Parameters are those of the chart and its subcharts, as parameter.List has
	// them.
	Parameters []parameter.Parameter
	Values     string // the text of values.yaml, empty when absent
	// Readme is the text of README.md or README.txt, empty when absent. A longer one than
	// MaxReadme ends after a line, with a last one that says so.
	Readme string
	// Commented are the default values with their comments, below a line that names
	// the chart, as parameter.Commented has them.
	Commented []byte
}

// Describe is that of Worker.
func (l *Local) Describe(ctx context.Context, p Package, reference string) (*Description, error) {
	loaded, err := l.load(ctx, p)
	if err != nil {
		return nil, err
	}
	c := loaded.prepared.Chart()
	parameters, err := parameter.List(c)
	if err != nil {
		return nil, err
	}
	return &Description{
		Facts: loaded.facts, Parameters: parameters,
		Values: string(c.RawValues()), Readme: readme(c), Commented: parameter.Commented(c, reference),
	}, nil
}

// readme is the text of the first file that Helm takes for the README.
func readme(c *chart.Chart) string {
	for _, f := range c.Files() {
		if slices.Contains([]string{"readme.md", "readme.txt", "readme"}, strings.ToLower(f.Name)) {
			return shortened(string(f.Data))
		}
	}
	return ""
}

// shortened ends a text that is longer than MaxReadme after a line.
func shortened(text string) string {
	if len(text) <= MaxReadme {
		return text
	}
	last := fmt.Sprintf("\n\n(This is the beginning of %d bytes.)\n", len(text))
	kept := text[:MaxReadme-len(last)]
	if end := strings.LastIndexByte(kept, '\n'); end >= 0 {
		kept = kept[:end]
	}
	return strings.ToValidUTF8(kept, "") + last
}
