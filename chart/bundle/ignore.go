package bundle

import (
	"bufio"
	"bytes"
	"io/fs"
	"path"
	"strings"

	"github.com/helm-dm/helm-dm/chart/fault"
)

// ignoreName is the file whose rules keep files of a chart folder out of the
// chart. It means nothing inside a package (S3).
const ignoreName = ".helmignore"

// ignoreRules decide which files of a folder belong to the chart. They look
// like gitignore rules and are not: the first rule that hits decides, and a
// negated rule hits whatever its pattern does not match (S3).
type ignoreRules []ignoreRule

type ignoreRule struct {
	pattern string
	negate  bool // hits what does not match
	folder  bool // for folders only
	whole   bool // matches the whole path instead of its last element
}

// parseIgnore reads rules and adds the one that always holds.
func parseIgnore(text []byte) (ignoreRules, error) {
	var rules ignoreRules
	scanner := bufio.NewScanner(bytes.NewReader(bytes.TrimPrefix(text, []byte(byteOrderMark))))
	for scanner.Scan() {
		rule, ok, err := parseIgnoreLine(scanner.Text())
		if err != nil {
			return nil, err
		}
		if ok {
			rules = append(rules, rule)
		}
	}
	if err := scanner.Err(); err != nil {
		return nil, fault.Invalid("reading %s: %w", ignoreName, err)
	}
	return append(rules, ignoreRule{pattern: "templates/.?*", whole: true}), nil
}

func parseIgnoreLine(line string) (rule ignoreRule, ok bool, err error) {
	line = strings.TrimSpace(line)
	if line == "" || strings.HasPrefix(line, "#") {
		return rule, false, nil
	}
	if strings.Contains(line, "**") {
		return rule, false, fault.Invalid("reading %s: rule %q: ** is not supported", ignoreName, line)
	}
	rest, negate := strings.CutPrefix(line, "!")
	rest, folder := strings.CutSuffix(rest, "/")
	rest, rooted := strings.CutPrefix(rest, "/")
	rule = ignoreRule{pattern: rest, negate: negate, folder: folder, whole: rooted || strings.Contains(rest, "/")}
	if _, err := path.Match(rule.pattern, "abc"); err != nil {
		return rule, false, fault.Invalid("reading %s: rule %q: %w", ignoreName, line, err)
	}
	return rule, true, nil
}

// ignores says whether the file or folder of that name, relative to the
// chart's root, is left out.
func (r ignoreRules) ignores(name string, info fs.FileInfo) bool {
	for _, rule := range r {
		if rule.hits(name, info) {
			return true
		}
	}
	return false
}

func (r ignoreRule) hits(name string, info fs.FileInfo) bool {
	if r.folder && !info.IsDir() {
		return r.negate
	}
	subject := name
	if !r.whole {
		subject = path.Base(name)
	}
	matched, _ := path.Match(r.pattern, subject)
	return matched != r.negate
}
