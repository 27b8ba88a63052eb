package lint

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/Masterminds/semver/v3"

	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/chart/bundle"
)

// dependencies compares what the chart declares with what is in charts/.
func (l *linter) dependencies() {
	if l.Chart == nil {
		return
	}
	m := l.Chart.Metadata()
	file := l.declaring()
	list := parse(l.content(file)).field("dependencies")
	hidden := 0
	for i, d := range m.Dependencies {
		line := list.item(i).line
		switch found := l.candidates(d.Name); {
		case len(found) == 0:
			if d.Name == "" {
				l.add(Warning, file, line, "a dependency has no name")
				continue
			}
			l.add(Warning, file, line, "dependency %q is missing in charts/", d.Name)
			hidden = max(hidden, HiddenBy(l.Files, d.Name))
		case isRange(d.Version) && !slices.ContainsFunc(found, func(c *chart.Chart) bool { return chart.Satisfies(c.Version(), d.Version) }):
			l.add(Warning, file, line, "charts/ has version %s of dependency %q, and not %s", found[0].Version(), d.Name, d.Version)
		}
	}
	for _, sub := range l.Chart.Dependencies() {
		if !slices.ContainsFunc(m.Dependencies, func(d *chart.Dependency) bool { return d.Name == sub.Name() }) {
			l.add(Error, file, list.line, "charts/ has the chart %q, which is no declared dependency", sub.Name())
		}
	}
	if hidden > 0 {
		l.add(Warning, ignoreName, hidden, "the rule leaves out dependencies in charts/: a slash before it makes it one for the chart's own folder alone")
	}
	l.lock(m.Dependencies)
}

// HiddenBy returns the line of the rule in .helmignore by which the folder or
// the package of a dependency would be left out of charts/; 0 when none does.
func HiddenBy(files []chart.File, dependency string) int {
	l := linter{Subject: Subject{Files: files}}
	text := l.content(ignoreName)
	return cmp.Or(
		bundle.IgnoredBy(text, "charts", true),
		bundle.IgnoredBy(text, "charts/"+dependency+"-1.0.0.tgz", false),
		bundle.IgnoredBy(text, "charts/"+dependency, true),
	)
}

func isRange(text string) bool {
	_, err := semver.NewConstraint(text)
	return err == nil
}

// declaring is the file that declares dependencies (S1).
func (l *linter) declaring() string {
	if _, old := l.file(requirementsName); old {
		return requirementsName
	}
	return metadataName
}

func (l *linter) content(file string) []byte {
	data, _ := l.file(file)
	return data
}

func (l *linter) candidates(name string) []*chart.Chart {
	var out []*chart.Chart
	for _, sub := range l.Chart.Dependencies() {
		if sub.Name() == name {
			out = append(out, sub)
		}
	}
	return out
}

// lock compares the lock with the declarations: each must be locked, to a
// version that it allows, and nothing else.
func (l *linter) lock(declared []*chart.Dependency) {
	lock := l.Chart.Lock()
	if lock == nil {
		return
	}
	file := "Chart.lock"
	if _, found := l.file(file); !found {
		file = "requirements.lock"
	}
	if why := outOfStep(lock.Dependencies, declared); why != "" {
		l.add(Warning, file, 0, "%s: the lock is out of step with %s", why, path.Base(l.declaring()))
	}
}

func outOfStep(locked, declared []*chart.Dependency) string {
	if len(locked) != len(declared) {
		return fmt.Sprintf("%d dependencies are locked, and %d declared", len(locked), len(declared))
	}
	for i, d := range declared {
		switch lock := locked[i]; {
		case lock == nil || lock.Name != d.Name:
			return fmt.Sprintf("dependency %q is not locked in its place", d.Name)
		case strings.TrimSpace(d.Version) != "" && !chart.Satisfies(lock.Version, d.Version):
			return fmt.Sprintf("dependency %q is locked at %s, and declared as %s", d.Name, lock.Version, d.Version)
		}
	}
	return ""
}
