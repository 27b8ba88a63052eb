package lint

import (
	"maps"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/Masterminds/semver/v3"
	"sigs.k8s.io/yaml"

	"github.com/helm-dm/helm-dm/chart"
)

const (
	metadataName     = "Chart.yaml"
	requirementsName = "requirements.yaml" // of charts of apiVersion v1 (S1)
)

// The shapes of what Chart.yaml holds.
var (
	mailPattern  = regexp.MustCompile(`^[^@\s<>]+@[^@\s<>]+\.[^@\s<>.]+$`)
	aliasPattern = regexp.MustCompile(`^[a-zA-Z0-9_-]+$`)
)

// metadata holds Chart.yaml against the format.
func (l *linter) metadata() {
	text, found := l.file(metadataName)
	if !found {
		l.add(Error, metadataName, 0, "the file is missing: without it this is no chart")
		return
	}
	m := &chart.Metadata{}
	top := parse(text)
	if err := yaml.Unmarshal(text, m); err != nil {
		l.mistyped(text, top, err)
		return
	}
	l.strict(top)
	l.identity(top, m)
	l.kind(top, m)
	l.people(top, m)
	l.links(top, m)
	l.declarations(top, m)
}

// mistyped tells of each field by which Chart.yaml cannot be read, or of failed
// where it is no YAML at all.
func (l *linter) mistyped(text []byte, top place, failed error) {
	var content map[string]any
	if yaml.Unmarshal(text, &content) != nil {
		l.add(Error, metadataName, blame(text, top, failed), "%s", misread(failed))
		return
	}
	for _, key := range slices.Sorted(maps.Keys(content)) {
		alone, err := yaml.Marshal(map[string]any{key: content[key]})
		if err == nil {
			err = yaml.Unmarshal(alone, &chart.Metadata{})
		}
		if err != nil {
			l.add(Error, metadataName, blame(text, top, err), "%s", misread(err))
		}
	}
}

func (l *linter) complain(severity Severity, at place, format string, args ...any) {
	l.add(severity, metadataName, at.line, format, args...)
}

// strict finds keys that mean nothing, and keys given twice.
func (l *linter) strict(top place) {
	l.known(top, "Chart.yaml", "name", "home", "sources", "version", "description", "keywords", "maintainers", "icon", "apiVersion",
		"condition", "tags", "appVersion", "deprecated", "annotations", "kubeVersion", "dependencies", "type")
	for _, item := range top.field("maintainers").items() {
		l.known(item, "maintainers", "name", "email", "url")
	}
	for _, item := range top.field("dependencies").items() {
		l.known(item, "dependencies", "name", "version", "repository", "condition", "tags", "enabled", "import-values", "alias")
	}
}

func (l *linter) known(at place, where string, keys ...string) {
	seen := map[string]bool{}
	for _, f := range at.fields() {
		if seen[f.key] {
			l.complain(Warning, f, "%q is given twice, and the last one counts", f.key)
		} else if !slices.ContainsFunc(keys, func(key string) bool { return strings.EqualFold(key, f.key) }) {
			l.complain(Warning, f, "%q has no meaning in %s", f.key, where)
		}
		seen[f.key] = true
	}
}

func (l *linter) identity(top place, m *chart.Metadata) {
	switch name := top.field("name"); {
	case m.Name == "":
		l.complain(Error, name, "name is missing")
	case m.Name == "." || m.Name == ".." || path.Base(m.Name) != m.Name || strings.Contains(m.Name, `\`):
		l.complain(Error, name, "name %q is not a plain file name", m.Name)
	}
	switch version := top.field("version"); {
	case m.Version == "":
		l.complain(Error, version, "version is missing")
	case !version.text():
		l.complain(Error, version, "version is a number: write it in quotes, and as 1.2.3")
	default:
		l.version(version, m.Version)
	}
	if appVersion := top.field("appVersion"); !appVersion.text() {
		l.complain(Error, appVersion, "appVersion is a number: write it in quotes")
	}
	if m.KubeVersion != "" {
		if _, err := semver.NewConstraint(m.KubeVersion); err != nil {
			l.complain(Warning, top.field("kubeVersion"), "kubeVersion %q is no range of versions, so no cluster fits", m.KubeVersion)
		}
	}
}

func (l *linter) version(at place, version string) {
	if _, err := semver.NewVersion(version); err != nil {
		l.complain(Error, at, "version %q is not a semantic version such as 1.2.3", version)
	} else if _, err := semver.StrictNewVersion(version); err != nil {
		l.complain(Warning, at, "version %q is not written out as a semantic version such as 1.2.3", version)
	}
}

func (l *linter) kind(top place, m *chart.Metadata) {
	switch apiVersion := top.field("apiVersion"); m.APIVersion {
	case "v1", "v2":
	case "":
		l.complain(Error, apiVersion, "apiVersion is missing: write apiVersion: v2")
	default:
		l.complain(Error, apiVersion, "apiVersion %q is not supported: use v1 or v2", m.APIVersion)
	}
	switch at := top.field("type"); {
	case m.Type != "" && m.Type != "application" && m.Type != "library":
		l.complain(Error, at, "type %q is not application or library", m.Type)
	case m.Type != "" && m.APIVersion == "v1":
		l.complain(Error, at, "type has no meaning in a chart of apiVersion v1: use v2")
	}
	if m.APIVersion == "v1" && m.Dependencies != nil {
		l.complain(Error, top.field("dependencies"), "charts of apiVersion v1 declare dependencies in requirements.yaml: use v2")
	}
}

func (l *linter) people(top place, m *chart.Metadata) {
	list := top.field("maintainers")
	for i, maintainer := range m.Maintainers {
		at := list.item(i)
		switch {
		case maintainer == nil:
			l.complain(Error, at, "a maintainer is empty")
			continue
		case maintainer.Name == "":
			l.complain(Error, at, "a maintainer has no name")
		}
		if maintainer.Email != "" && !mailPattern.MatchString(maintainer.Email) {
			l.complain(Error, at.field("email"), "email %q is no mail address", maintainer.Email)
		}
		if maintainer.URL != "" && !isURL(maintainer.URL) {
			l.complain(Error, at.field("url"), "url %q is no URL", maintainer.URL)
		}
	}
}

func (l *linter) links(top place, m *chart.Metadata) {
	list := top.field("sources")
	for i, source := range m.Sources {
		if source == "" || !isURL(source) {
			l.complain(Error, list.item(i), "source %q is no URL", source)
		}
	}
	switch icon := top.field("icon"); {
	case m.Icon == "":
		l.complain(Info, icon, "an icon would help people to recognise the chart")
	case !isURL(m.Icon):
		l.complain(Error, icon, "icon %q is no URL", m.Icon)
	}
}

// isURL says whether text is an address with a scheme.
func isURL(text string) bool {
	u, err := url.ParseRequestURI(text)
	return err == nil && u.Scheme != ""
}

// declarations looks at the dependencies that Chart.yaml declares.
func (l *linter) declarations(top place, m *chart.Metadata) {
	list := top.field("dependencies")
	seen := map[string]bool{}
	for i, d := range m.Dependencies {
		at := list.item(i)
		if d == nil {
			l.complain(Error, at, "a dependency is empty")
			continue
		}
		key := d.Name
		if d.Alias != "" {
			key = d.Alias
			if !aliasPattern.MatchString(d.Alias) {
				l.complain(Error, at.field("alias"), "alias %q may hold only letters, digits, - and _", d.Alias)
			}
		}
		if seen[key] {
			l.complain(Error, at, "dependency %q is listed twice: give one of them an alias", key)
		}
		seen[key] = true
		if _, err := semver.NewConstraint(d.Version); err != nil {
			l.complain(Warning, at.field("version"), "dependency %q has the version %q, which is neither one nor a range: its alias, condition and tags have no effect",
				d.Name, d.Version)
		}
	}
}
