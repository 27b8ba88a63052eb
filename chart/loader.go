package chart

import (
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

const byteOrderMark = "\xef\xbb\xbf"

var drivePattern = regexp.MustCompile(`^[a-zA-Z]:`)

// loader spends one budget on a chart and everything nested in it.
type loader struct {
	limits Limits
	total  int64 // bytes read so far
	count  int   // entries seen so far
	depth  int   // charts open around the present one
}

func newLoader(limits Limits) *loader { return &loader{limits: limits.Defaults()} }

// enter counts an entry of the given size against the budget, before it is read.
func (l *loader) enter(name string, size int64) error {
	l.count++
	l.total += size
	switch {
	case l.count > l.limits.Count:
		return tooLarge("the chart has more than %d files", l.limits.Count)
	case size > l.limits.File:
		return tooLarge("file %q is larger than the limit of %d bytes", name, l.limits.File)
	case l.total > l.limits.Total:
		return tooLarge("the chart is larger than the limit of %d bytes", l.limits.Total)
	}
	return nil
}

// localName returns the path of an archive's entry below its top folder, or an
// error when that is no place inside the chart (S2).
func localName(entry string) (string, error) {
	name := strings.ReplaceAll(entry, `\`, "/")
	top, rest, nested := strings.Cut(name, "/")
	if !nested && top == "Chart.yaml" {
		return "", invalid("Chart.yaml is not in a folder of its own: pack the folder, not its content")
	}
	cleaned := path.Clean(rest)
	switch {
	case path.IsAbs(rest), path.IsAbs(name):
		return "", invalid("file %q has an absolute path", entry)
	case cleaned == "." || cleaned == ".." || strings.HasPrefix(cleaned, "../"), top == "..":
		return "", invalid("file %q lies outside the chart's folder", entry)
	case drivePattern.MatchString(cleaned), drivePattern.MatchString(name):
		return "", invalid("file %q has a drive letter", entry)
	}
	return cleaned, checkName(cleaned)
}

// checkName refuses names that could forge a line of a manifest or a log.
func checkName(name string) error {
	if strings.ContainsFunc(name, unicode.IsControl) {
		return invalid("file name %q holds a control character", name)
	}
	return nil
}

func wrapSubchart(c *Chart, name string, err error) error {
	return fmt.Errorf("loading subchart %q of %q: %w", name, c.Name(), err)
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
