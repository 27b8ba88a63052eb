package bundle

import (
	"path"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/helm-dm/helm-dm/chart/fault"
)

const byteOrderMark = "\xef\xbb\xbf"

// maxName bounds a file's name in bytes, as file systems do.
const maxName = 4096

var drivePattern = regexp.MustCompile(`^[a-zA-Z]:`)

// Reader spends one budget on a chart and everything nested in it.
type Reader struct {
	limits Limits
	total  int64 // bytes read so far
	count  int   // entries seen so far
}

// NewReader returns a Reader with all of the budget.
func NewReader(limits Limits) *Reader { return &Reader{limits: limits.Defaults()} }

// enter counts an entry of the given size against the budget, before it is read.
func (r *Reader) enter(name string, size int64) error {
	r.count++
	r.total += size
	switch {
	case r.count > r.limits.Count:
		return fault.TooLarge("the chart has more than %d files", r.limits.Count)
	case len(name) > maxName:
		return fault.TooLarge("a file's name is longer than %d bytes", maxName)
	case size > r.limits.File:
		return fault.TooLarge("file %q is larger than the limit of %d bytes", name, r.limits.File)
	case r.total > r.limits.Total:
		return fault.TooLarge("the chart is larger than the limit of %d bytes", r.limits.Total)
	}
	return nil
}

// localName returns the path of an archive's entry below its top folder, or an
// error when that is no place inside the chart (S2).
func localName(entry string) (string, error) {
	name := strings.ReplaceAll(entry, `\`, "/")
	top, rest, nested := strings.Cut(name, "/")
	if !nested && top == "Chart.yaml" {
		return "", fault.Invalid("Chart.yaml is not in a folder of its own: pack the folder, not its content")
	}
	cleaned := path.Clean(rest)
	switch {
	case path.IsAbs(rest), path.IsAbs(name):
		return "", fault.Invalid("file %q has an absolute path", entry)
	case cleaned == "." || cleaned == ".." || strings.HasPrefix(cleaned, "../"), top == "..":
		return "", fault.Invalid("file %q lies outside the chart's folder", entry)
	case drivePattern.MatchString(cleaned), drivePattern.MatchString(name):
		return "", fault.Invalid("file %q has a drive letter", entry)
	}
	return cleaned, checkName(cleaned)
}

// checkName refuses names that could forge a line of a manifest or a log.
func checkName(name string) error {
	switch {
	case strings.ContainsFunc(name, unicode.IsControl):
		return fault.Invalid("file name %q holds a control character", name)
	case !utf8.ValidString(name):
		return fault.Invalid("file name %q is not UTF-8", name)
	}
	return nil
}
