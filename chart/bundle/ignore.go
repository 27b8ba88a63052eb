package bundle

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
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
	line    int // 0 for the rule that always holds
	pattern string
	negate  bool // hits what does not match
	folder  bool // for folders only
	whole   bool // matches the whole path instead of its last element
}

// RuleError is a rule of .helmignore that keeps the folder from being read.
type RuleError struct {
	Line int    // from 1
	Rule string // empty when the line is too long to be read
	Err  error
}

func (e *RuleError) Error() string {
	return fmt.Sprintf("reading %s: line %d: %s", ignoreName, e.Line, e.Reason())
}

// Unwrap makes of it an error of the chart.
func (e *RuleError) Unwrap() error { return fault.ErrInvalid }

// Reason is the error without its place.
func (e *RuleError) Reason() string {
	if e.Rule == "" {
		return e.Err.Error()
	}
	return fmt.Sprintf("rule %q: %v", e.Rule, e.Err)
}

// CheckIgnore returns what is wrong with the rules of a .helmignore.
func CheckIgnore(text []byte) []*RuleError {
	_, wrong := readRules(text)
	return wrong
}

// parseIgnore reads rules and adds the one that always holds.
func parseIgnore(text []byte) (ignoreRules, error) {
	rules, wrong := readRules(text)
	if len(wrong) > 0 {
		return nil, wrong[0]
	}
	return append(rules, ignoreRule{pattern: "templates/.?*", whole: true}), nil
}

// readRules reads the rules that can be read.
func readRules(text []byte) (rules ignoreRules, wrong []*RuleError) {
	scanner := bufio.NewScanner(bytes.NewReader(bytes.TrimPrefix(text, []byte(byteOrderMark))))
	number := 1
	for ; scanner.Scan(); number++ {
		line := strings.TrimSpace(scanner.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		rule, err := parseRule(line)
		if err != nil {
			wrong = append(wrong, &RuleError{number, line, err})
			continue
		}
		rule.line = number
		rules = append(rules, rule)
	}
	if err := scanner.Err(); err != nil {
		wrong = append(wrong, &RuleError{number, "", errors.New("it is longer than 64 KiB")})
	}
	return rules, wrong
}

func parseRule(line string) (ignoreRule, error) {
	if strings.Contains(line, "**") {
		return ignoreRule{}, errors.New("** is not supported")
	}
	rest, negate := strings.CutPrefix(line, "!")
	rest, folder := strings.CutSuffix(rest, "/")
	rest, rooted := strings.CutPrefix(rest, "/")
	_, err := path.Match(rest, "abc")
	return ignoreRule{pattern: rest, negate: negate, folder: folder, whole: rooted || strings.Contains(rest, "/")}, err
}

// IgnoredBy returns the line of the rule of a .helmignore that leaves out a file
// or folder of that name, relative to the chart's root; 0 when none does.
func IgnoredBy(text []byte, name string, folder bool) int {
	rules, _ := readRules(text)
	for _, rule := range rules {
		if rule.hits(name, folder) {
			return rule.line
		}
	}
	return 0
}

// ignores says whether the file or folder of that name, relative to the
// chart's root, is left out.
func (r ignoreRules) ignores(name string, info fs.FileInfo) bool {
	for _, rule := range r {
		if rule.hits(name, info.IsDir()) {
			return true
		}
	}
	return false
}

func (r ignoreRule) hits(name string, folder bool) bool {
	if r.folder && !folder {
		return r.negate
	}
	subject := name
	if !r.whole {
		subject = path.Base(name)
	}
	matched, _ := path.Match(r.pattern, subject)
	return matched != r.negate
}
