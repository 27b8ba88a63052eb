package lint

import (
	"context"
	"errors"
	"maps"
	"path"
	"slices"
	"strings"
	syntax "text/template/parse"

	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/render"
)

const (
	templates   = "templates"
	testRelease = "test-release" // the name that Helm's lint gives the release
)

// templates looks at the templates as texts, then at what they yield.
func (l *linter) templates(ctx context.Context) {
	files := l.below(templates)
	if len(files) == 0 && l.Err == nil {
		l.add(Warning, templates, 0, "there are no templates")
	}
	sound := true
	for _, f := range files {
		l.extension(f.Name)
		sound = l.parses(f) && sound
	}
	if !sound || l.rest == nil {
		return
	}
	texts, err := render.Prepare(l.rest).Texts(ctx, l.Values, render.Options{
		Release:      render.Release{Name: testRelease, Namespace: l.Namespace, Revision: 1, IsInstall: true},
		Capabilities: render.Offline(l.Kubernetes),
		SkipSchema:   true,
		Lint:         true,
		Began:        l.Began,
	})
	if err != nil {
		l.failed(err)
		return
	}
	root := l.Chart.Name() + "/"
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		if own, ok := strings.CutPrefix(name, root); ok && strings.HasPrefix(own, templates+"/") && isYAML(own) {
			l.documents(own, texts[name])
		}
	}
}

func (l *linter) extension(name string) {
	if !slices.Contains([]string{".yaml", ".yml", ".tpl", ".txt"}, path.Ext(name)) {
		l.add(Error, name, 0, "a template should end in .yaml, .yml, .tpl or .txt")
	}
}

func isYAML(name string) bool { return path.Ext(name) == ".yaml" || path.Ext(name) == ".yml" }

// parses says whether a file is a template at all. What functions there are is
// left to rendering.
func (l *linter) parses(f chart.File) bool {
	tree := syntax.New(f.Name)
	tree.Mode = syntax.SkipFuncCheck
	_, err := tree.Parse(string(f.Data), "", "", map[string]*syntax.Tree{})
	if err == nil {
		return true
	}
	// template: NAME:LINE: REASON
	rest := strings.TrimPrefix(err.Error(), "template: "+f.Name+":")
	number, reason, _ := strings.Cut(rest, ": ")
	l.add(Error, f.Name, atoi(number), "%s", reason)
	return false
}

// failed tells of an error of rendering.
func (l *linter) failed(err error) {
	var failed *render.Error
	var exceeded *render.BudgetError
	switch {
	case errors.As(err, &exceeded):
		l.add(Error, l.own(exceeded.Template), 0, "%v", err)
	case errors.As(err, &failed):
		l.add(Error, l.own(failed.Template), failed.Line, "%s", failed.Message)
	case errors.Is(err, chart.ErrInvalid):
		l.add(Error, "", 0, "%v", err)
	default:
		l.add(Error, "", 0, "rendering: %v", err)
	}
}

// own is the path of a template from the chart's folder.
func (l *linter) own(name string) string {
	return strings.TrimPrefix(name, l.Chart.Name()+"/")
}
