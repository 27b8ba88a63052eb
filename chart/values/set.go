package values

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"unicode"

	"github.com/helm-dm/helm-dm/chart/fault"
)

// MaxNesting is how many keys may lie above a key (S5).
const MaxNesting = 30

// Bounds of the --set family. maxPadding is ours: it bounds the list elements
// that indexes bring into being without naming them.
const (
	maxIndex   = 65536 // S5
	maxPadding = 1 << 20
)

// Set lays assignments over values, in place: a.b=1,c[0].d=x,e={1,2}. Integers,
// true, false and null are recognised; a backslash takes its meaning from the
// next character. A text with an error may have been applied in part.
func Set(values map[string]any, text string) error { return set(values, text, KindSet) }

// SetString is Set, but every value is a text.
func SetString(values map[string]any, text string) error { return set(values, text, KindSetString) }

// SetJSON lays a.b=JSON,… or one JSON object over values, in place.
func SetJSON(values map[string]any, text string) error { return set(values, text, KindSetJSON) }

// SetFile sets one key to the content of a file, given as KEY=CONTENT.
func SetFile(values map[string]any, text string) error { return set(values, text, KindSetFile) }

// SetLiteral sets one key to a text, given as KEY=TEXT, in which no character
// has a meaning.
func SetLiteral(values map[string]any, text string) error { return set(values, text, KindSetLiteral) }

func set(values map[string]any, text string, kind Kind) error {
	return Source{kind, text}.apply(values, new(maxPadding))
}

// setter reads the assignments of one text.
type setter struct {
	text  []rune
	at    int // the next character
	read  valueReader
	whole bool // the text may be one JSON object instead of assignments
	plain bool // backslashes and commas have no meaning
	room  *int // list elements that may still be padded
}

// valueReader reads the value of one assignment and leaves the setter behind it.
type valueReader func(*setter) (any, error)

func (s *setter) run(values map[string]any) error {
	if object, ok, err := s.wholeJSON(); ok || err != nil {
		lay(values, object)
		return err
	}
	var last steps
	for s.at < len(s.text) {
		path, err := s.path(last)
		if err != nil {
			return err
		}
		value, err := s.read(s)
		if err != nil {
			return fault.Invalid("key %.100q: %w", path, err)
		}
		if _, err := s.assign(values, path, value); err != nil {
			return fault.Invalid("key %.100q: %w", path, err)
		}
		last = path
	}
	return nil
}

// path reads up to and with the equals sign. last is the path before it, named
// in place of a text that may be the rest of a value with a comma in it.
func (s *setter) path(last steps) (steps, error) {
	stops := "=,"
	if s.plain {
		stops = "="
	}
	path, end, err := s.steps(stops)
	switch {
	case end == '=' && err == nil:
		return path, nil
	case last != nil:
		return nil, fault.Invalid(`what follows the comma after key %.100q is no KEY=VALUE: a comma inside a value is written \,`, last)
	case err != nil:
		return nil, err
	default:
		return nil, fault.Invalid("key %.100q has no value: write KEY=VALUE", path)
	}
}

// typed reads a value as --set does.
func (s *setter) typed() (any, error) { return s.value(recognise) }

// texts reads a value as --set-string does.
func (s *setter) texts() (any, error) { return s.value(func(text string) any { return text }) }

func (s *setter) literal() (any, error) {
	rest := string(s.text[s.at:])
	s.at = len(s.text)
	return rest, nil
}

func (s *setter) json() (any, error) {
	rest := string(s.text[s.at:])
	decoder := json.NewDecoder(strings.NewReader(rest))
	if trimmed := strings.TrimSpace(rest); trimmed == "" || trimmed[0] == ',' {
		s.skipSpace()
		return nil, s.comma()
	}
	var value any
	if err := decoder.Decode(&value); err != nil {
		return nil, fault.Invalid("the value is not JSON, from byte %d on", decoder.InputOffset())
	}
	s.at += len([]rune(rest[:decoder.InputOffset()]))
	s.skipSpace()
	return value, s.comma()
}

func (s *setter) skipSpace() {
	for s.at < len(s.text) && unicode.IsSpace(s.text[s.at]) {
		s.at++
	}
}

// wholeJSON reads a --set-json text that is one object instead of assignments.
func (s *setter) wholeJSON() (object map[string]any, ok bool, err error) {
	text := bytes.TrimSpace([]byte(string(s.text)))
	if !s.whole || !bytes.HasPrefix(text, []byte("{")) {
		return nil, false, nil
	}
	if err := json.Unmarshal(text, &object); err != nil {
		return nil, true, fault.Invalid("the text is not a JSON object")
	}
	return object, true, nil
}

// value reads a list or a single value, giving each text its type by convert.
func (s *setter) value(convert func(string) any) (any, error) {
	if s.at == len(s.text) || s.text[s.at] != '{' {
		text, _ := s.until(",")
		return convert(text), nil
	}
	s.at++
	list := []any{}
	for {
		text, end := s.until(",}")
		if end == 0 {
			return nil, fault.Invalid("the list is not closed: write {a,b}")
		}
		list = append(list, convert(text))
		if end == '}' {
			return list, s.comma()
		}
	}
}

// comma takes the comma behind a value; the text may end instead.
func (s *setter) comma() error {
	if s.at == len(s.text) {
		return nil
	}
	if s.text[s.at] != ',' {
		return fault.Invalid("there is more text behind the end of the value")
	}
	s.at++
	return nil
}

// until reads to the first of the stops, which it takes and returns, 0 at the
// end of the text. A backslash makes the next character an ordinary one.
func (s *setter) until(stops string) (text string, stop rune) {
	var out []rune
	for s.at < len(s.text) {
		r := s.text[s.at]
		s.at++
		switch {
		case r == '\\' && !s.plain:
			out = append(out, s.text[s.at:min(s.at+1, len(s.text))]...)
			s.at++
		case strings.ContainsRune(stops, r):
			return string(out), r
		default:
			out = append(out, r)
		}
	}
	return string(out), 0
}

// recognise gives a text the type that --set sees in it (S5).
func recognise(text string) any {
	switch strings.ToLower(text) {
	case "true":
		return true
	case "false":
		return false
	case "null":
		return nil
	case "0":
		return int64(0)
	}
	if !strings.HasPrefix(text, "0") {
		if number, err := strconv.ParseInt(text, 10, 64); err == nil {
			return number
		}
	}
	return text
}
