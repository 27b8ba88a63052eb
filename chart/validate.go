package chart

import (
	"errors"
	"regexp"
	"strings"
	"unicode"

	"github.com/Masterminds/semver/v3"

	"github.com/helm-dm/helm-dm/chart/fault"
)

// maxNameLength bounds names and versions, of which paths are made.
const maxNameLength = 250

var aliasPattern = regexp.MustCompile(`^[a-zA-Z0-9_-]+$`)

// Validate reports everything that makes m unfit for a chart (S6), joined.
func (m *Metadata) Validate() error {
	return errors.Join(
		m.validateAPIVersion(),
		m.validateName(),
		m.validateVersion(),
		m.validateType(),
		m.validateMaintainers(),
		validateDependencies(m.Dependencies),
	)
}

func (m *Metadata) validateAPIVersion() error {
	switch m.APIVersion {
	case "v1", "v2":
		return nil
	case "":
		return fault.Invalid("apiVersion is required")
	default:
		return fault.Invalid("apiVersion %.100q is not supported: use v1 or v2", m.APIVersion)
	}
}

// validateName keeps names that would leave a folder out of every path they
// are joined to (CVE-2024-25620, CVE-2026-35206).
func (m *Metadata) validateName() error {
	switch {
	case m.Name == "":
		return fault.Invalid("name is required")
	case len(m.Name) > maxNameLength:
		return fault.Invalid("name %.100q is longer than %d bytes", m.Name, maxNameLength)
	case m.Name == "." || m.Name == ".." || strings.ContainsAny(m.Name, `/\`):
		return fault.Invalid("name %.100q is not a plain file name", m.Name)
	}
	return nil
}

func (m *Metadata) validateVersion() error {
	if m.Version == "" {
		return fault.Invalid("version is required")
	}
	if _, err := semver.NewVersion(m.Version); err != nil || len(m.Version) > maxNameLength {
		return fault.Invalid("version %.100q is not a semantic version such as 1.2.3", m.Version)
	}
	return nil
}

func (m *Metadata) validateType() error {
	switch m.Type {
	case "", "application", "library":
		return nil
	default:
		return fault.Invalid("type %.100q is not application or library", m.Type)
	}
}

func (m *Metadata) validateMaintainers() error {
	var errs []error
	for i, maintainer := range m.Maintainers {
		if maintainer == nil {
			errs = append(errs, fault.Invalid("maintainers[%d] is empty", i))
		}
	}
	return errors.Join(errs...)
}

func validateDependencies(list []*Dependency) error {
	var errs []error
	seen := map[string]bool{}
	for i, d := range list {
		if d == nil {
			errs = append(errs, fault.Invalid("dependencies[%d] is empty", i))
			continue
		}
		if d.Alias != "" && !aliasPattern.MatchString(d.Alias) {
			errs = append(errs, fault.Invalid("dependency %.100q: alias %.100q may hold only letters, digits, - and _", d.Name, d.Alias))
		}
		key := d.key()
		if seen[key] {
			errs = append(errs, fault.Invalid("dependency %.100q is listed twice: give one of them an alias", key))
		}
		seen[key] = true
	}
	return errors.Join(errs...)
}

// key is the name under which the parent's values configure the dependency.
func (d *Dependency) key() string {
	if d.Alias != "" {
		return d.Alias
	}
	return d.Name
}

// sanitize makes every text of m printable, because they reach terminals and
// logs (CVE-2021-21303): all space becomes a blank, what cannot be printed goes.
func (m *Metadata) sanitize() {
	clean(&m.Name, &m.Home, &m.Version, &m.Description, &m.Icon, &m.APIVersion,
		&m.Condition, &m.Tags, &m.AppVersion, &m.KubeVersion, &m.Type)
	cleanList(m.Sources)
	cleanList(m.Keywords)
	for k, v := range m.Annotations {
		clean(&v)
		m.Annotations[k] = v
	}
	for _, p := range m.Maintainers {
		if p != nil {
			clean(&p.Name, &p.Email, &p.URL)
		}
	}
	for _, d := range m.Dependencies {
		if d != nil {
			d.sanitize()
		}
	}
}

func (d *Dependency) sanitize() {
	clean(&d.Name, &d.Version, &d.Repository, &d.Condition, &d.Alias)
	cleanList(d.Tags)
}

func clean(fields ...*string) {
	for _, field := range fields {
		*field = strings.Map(printable, *field)
	}
}

func cleanList(list []string) {
	for i := range list {
		clean(&list[i])
	}
}

func printable(r rune) rune {
	switch {
	case unicode.IsSpace(r):
		return ' '
	case unicode.IsPrint(r):
		return r
	default:
		return -1
	}
}

// describe puts the chart's name, or what stands for it, before err.
func describe(m *Metadata, err error) error {
	if err == nil {
		return nil
	}
	return fault.Invalid("validating chart %.100q: %w", m.Name, err)
}
