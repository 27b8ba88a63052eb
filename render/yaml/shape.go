package yaml

import (
	"strconv"
	"strings"
	"time"
)

// shape is what the library's choice of a style depends on.
type shape struct {
	lines     bool // there is a line feed in it
	plainFits bool // it can stand without quotes
	quotable  bool // it can stand between single quotes
	blockFits bool // it can stand as a block of lines
}

// look finds the shape of a text. ok is false for a text with characters that
// JSON or YAML treat in a way of their own.
func look(text string) (found shape, ok bool) {
	special, indicator, spaceBreak, breakSpace := false, false, false, false
	before := byte(' ')
	for i := range len(text) {
		c := text[i]
		switch {
		case c >= 0x7f || c == '\r':
			return shape{}, false
		case c == '\n':
			found.lines = true
			spaceBreak = spaceBreak || i > 0 && before == ' '
		case c < ' ':
			special = true
		case c == ' ':
			breakSpace = breakSpace || before == '\n'
		case indicates(text, i, before):
			indicator = true
		}
		before = c
	}
	leading := text != "" && (text[0] == ' ' || text[0] == '\n')
	found.blockFits = before != ' ' && !spaceBreak && !special
	found.quotable = !breakSpace && !spaceBreak && !special
	found.plainFits = found.quotable && !leading && before != ' ' && before != '\n' && !indicator &&
		!strings.HasPrefix(text, "---") && !strings.HasPrefix(text, "...")
	return found, true
}

// indicates says whether the character at i, behind the character before, means
// something to YAML where a block of plain text stands.
func indicates(text string, i int, before byte) bool {
	followed := i+1 == len(text) || text[i+1] == ' ' || text[i+1] == '\t'
	switch c := text[i]; {
	case c == ':':
		return followed
	case i > 0:
		return c == '#' && (before == ' ' || before == '\n')
	case c == '?' || c == '-':
		return followed
	default:
		return strings.IndexByte("#,[]{}&*!|>'\"%@`", c) >= 0
	}
}

// resolves says whether YAML takes a plain text for something else than a
// string, or older parsers would.
func resolves(text string) bool {
	if text == "" {
		return true
	}
	switch c := text[0]; {
	case c == '+' || c == '-' || c >= '0' && c <= '9':
		return isNumber(text) || isTime(text) || isSexagesimal(text)
	case c == '.':
		_, err := strconv.ParseFloat(text, 64)
		return err == nil || isWord(text)
	case strings.IndexByte("yYnNtTfFoO~", c) >= 0:
		return isWord(text)
	}
	return false
}

func isWord(text string) bool {
	switch text {
	case "y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON",
		"n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF",
		"~", "null", "Null", "NULL",
		".nan", ".NaN", ".NAN", ".inf", ".Inf", ".INF",
		"+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF":
		return true
	}
	return false
}

// isSexagesimal says whether a text is a number to the base of sixty, such as
// 1:30, which older parsers read.
func isSexagesimal(text string) bool {
	if text != "" && (text[0] == '+' || text[0] == '-') {
		text = text[1:]
	}
	head, rest, found := strings.Cut(text, ":")
	if !found || head == "" || !isDigit(head[0]) || strings.Trim(head, digits+"_") != "" {
		return false
	}
	rest, fraction, _ := strings.Cut(rest, ".")
	for part := range strings.SplitSeq(rest, ":") {
		if part == "" || len(part) > 2 || strings.Trim(part, digits) != "" || len(part) == 2 && part[0] > '5' {
			return false
		}
	}
	return strings.Trim(fraction, digits+"_") == ""
}

const digits = "0123456789"

func isNumber(text string) bool {
	if isWord(text) {
		return true
	}
	if strings.Trim(text, "0123456789abcdefABCDEFxXoOpP_+-.") != "" {
		return false
	}
	plain := strings.ReplaceAll(text, "_", "")
	if _, err := strconv.ParseInt(plain, 0, 64); err == nil {
		return true
	}
	if _, err := strconv.ParseUint(plain, 0, 64); err == nil {
		return true
	}
	if strings.Trim(plain, digits+".eE+-") == "" {
		_, err := strconv.ParseFloat(plain, 64)
		return err == nil
	}
	return isBinary(plain)
}

// isBinary says whether a text without underscores is a number of zeros and ones
// that only YAML takes for one.
func isBinary(plain string) bool {
	if rest, ok := strings.CutPrefix(plain, "0b"); ok {
		_, err := strconv.ParseInt(rest, 2, 64)
		_, unsigned := strconv.ParseUint(rest, 2, 64)
		return err == nil || unsigned == nil
	}
	rest, ok := strings.CutPrefix(plain, "-0b")
	_, err := strconv.ParseInt("-"+rest, 2, 64)
	return ok && err == nil
}

// isTime says whether a text is a date in one of the forms that YAML knows.
func isTime(text string) bool {
	if len(text) < len("2006-1-2") || text[4] != '-' {
		return false
	}
	for _, layout := range []string{"2006-1-2T15:4:5.999999999Z07:00", "2006-1-2t15:4:5.999999999Z07:00", "2006-1-2 15:4:5.999999999", "2006-1-2"} {
		if _, err := time.Parse(layout, text); err == nil {
			return true
		}
	}
	return false
}
