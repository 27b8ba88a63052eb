package lint

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/render"
)

// maxFindings bounds what is told of one chart.
const maxFindings = 1000

// Severity says how bad a finding is.
type Severity string

// The severities.
const (
	Info    Severity = "info"
	Warning Severity = "warning"
	Error   Severity = "error"
)

// Finding is one thing that is wrong with a chart.
type Finding struct {
	Severity Severity `json:"severity"`
	File     string   `json:"file"`           // from the chart's folder; empty for the chart as a whole
	Line     int      `json:"line,omitempty"` // 0 when unknown
	Message  string   `json:"message"`
}

// Subject is the chart to look at.
type Subject struct {
	// Files are those of the chart's folder or package.
	Files []chart.File
	// Chart is made of the files, nil when they make none; then Err says why.
	Chart *chart.Chart
	Err   error
}

// Options are the circumstances.
type Options struct {
	Values     map[string]any // what a user supplies
	Namespace  string         // of the release that templates see
	Kubernetes render.KubeVersion
	SkipSchema bool // do not check the values against the schemas
	// Began is told of each template before it is executed, by its path from the
	// root chart; nil when nobody wants to know.
	Began func(template string)
}

// linter collects findings about one chart.
type linter struct {
	Subject
	Options
	rest     *chart.Chart // Chart without the dependencies that are missing; nil when there is none
	findings []Finding
	seen     map[string]string // the files of objects, by identity
}

// Run returns what is wrong with the subject, in the order of S33: Chart.yaml,
// values, templates, dependencies, crds; the first 1,000 of them. An ended context
// yields what was found. The result is never nil.
func Run(ctx context.Context, subject Subject, options Options) []Finding {
	l := &linter{Subject: subject, Options: options, findings: []Finding{}, seen: map[string]string{}}
	if l.Chart != nil && l.Err == nil {
		l.rest, l.Err = present(l.Files, l.Chart)
	}
	l.metadata()
	l.values()
	l.ignore()
	l.strangers()
	l.templates(ctx)
	l.dependencies()
	l.definitions()
	if l.Err != nil && Worst(l.findings) != Error {
		l.add(Error, "", 0, "%v", l.Err)
	}
	return l.findings
}

// Worst is the severity of the worst finding, empty without any.
func Worst(findings []Finding) Severity {
	rank := []Severity{"", Info, Warning, Error}
	worst := slices.MaxFunc(append([]Finding{{}}, findings...), func(a, b Finding) int {
		return cmp.Compare(slices.Index(rank, a.Severity), slices.Index(rank, b.Severity))
	})
	return worst.Severity
}

// add adds a finding, as long as there is room.
func (l *linter) add(severity Severity, file string, line int, format string, args ...any) {
	if l.full() {
		return
	}
	message := strings.Join(strings.Fields(fmt.Sprintf(format, args...)), " ")
	l.findings = append(l.findings, Finding{severity, file, line, message})
}

// full says whether no more findings are told.
func (l *linter) full() bool { return len(l.findings) >= maxFindings }

// file returns the content of a file of the chart.
func (l *linter) file(name string) (data []byte, ok bool) {
	i := slices.IndexFunc(l.Files, func(f chart.File) bool { return f.Name == name })
	if i < 0 {
		return nil, false
	}
	return l.Files[i].Data, true
}

// below returns the files in a folder of the chart.
func (l *linter) below(folder string) []chart.File {
	var out []chart.File
	for _, f := range l.Files {
		if strings.HasPrefix(f.Name, folder+"/") {
			out = append(out, f)
		}
	}
	return out
}

// Place is the file with the line, empty for the chart as a whole.
func (f Finding) Place() string {
	if f.Line == 0 {
		return f.File
	}
	return fmt.Sprintf("%s:%d", f.File, f.Line)
}
