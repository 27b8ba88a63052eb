package function

import (
	"encoding/base64"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"text/template"
)

// texts are the functions on texts that charts call most, and those of
// text/template that make a text out of anything.
func (h *Host) texts() template.FuncMap {
	return template.FuncMap{
		"indent":    h.indent,
		"nindent":   func(spaces int, text string) (string, error) { return h.below(h.indent(spaces, text)) },
		"repeat":    h.repeat,
		"replace":   h.replace,
		"b64enc":    h.encode,
		"quote":     h.quote,
		"squote":    h.squote,
		"toString":  h.toString,
		"join":      h.join,
		"splitList": h.splitList,
		"print":     func(values ...any) (string, error) { return h.printed(fmt.Sprint, values) },
		"println":   func(values ...any) (string, error) { return h.printed(fmt.Sprintln, values) },
		"printf":    h.printf,
		"html":      func(values ...any) (string, error) { return h.escape(template.HTMLEscaper, values) },
		"js":        func(values ...any) (string, error) { return h.escape(template.JSEscaper, values) },
		"urlquery":  func(values ...any) (string, error) { return h.escape(template.URLQueryEscaper, values) },
	}
}

func (h *Host) indent(spaces int, text string) (string, error) {
	lines := strings.Count(text, "\n")
	if err := h.charge(int64(spaces), int64(lines)+1); err != nil {
		return "", err
	}
	pad := strings.Repeat(" ", spaces)
	var out strings.Builder
	out.Grow(len(text) + (lines+1)*spaces)
	for i := 0; ; {
		out.WriteString(pad)
		next := strings.IndexByte(text[i:], '\n')
		if next < 0 {
			out.WriteString(text[i:])
			return out.String(), nil
		}
		out.WriteString(text[i : i+next+1])
		i += next + 1
	}
}

func (h *Host) below(text string, err error) (string, error) {
	if err != nil {
		return "", err
	}
	return "\n" + text, nil
}

func (h *Host) repeat(count int, text string) (string, error) {
	if err := h.charge(int64(count), int64(len(text))); err != nil {
		return "", err
	}
	return strings.Repeat(text, count), nil
}

func (h *Host) replace(old, with, text string) (string, error) {
	if grown := int64(len(with) - len(old)); grown > 0 {
		if err := h.charge(grown, int64(strings.Count(text, old))); err != nil {
			return "", err
		}
	}
	return strings.ReplaceAll(text, old, with), nil
}

func (h *Host) encode(text string) (string, error) {
	if err := h.fits(2, text); err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString([]byte(text)), nil
}

func (h *Host) quote(values ...any) (string, error) {
	return h.each(values, func(value any) string { return strconv.Quote(text(value)) })
}

func (h *Host) squote(values ...any) (string, error) {
	return h.each(values, func(value any) string { return fmt.Sprintf("'%v'", value) })
}

// each writes the values that are not nil, spaces in between.
func (h *Host) each(values []any, write func(any) string) (string, error) {
	if err := h.fits(4, values...); err != nil {
		return "", err
	}
	out := make([]string, 0, len(values))
	for _, value := range values {
		if value != nil {
			out = append(out, write(value))
		}
	}
	return strings.Join(out, " "), nil
}

func (h *Host) toString(value any) (string, error) {
	if err := h.fits(1, value); err != nil {
		return "", err
	}
	return text(value), nil
}

// text is what a value is as a text.
func text(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case []byte:
		return string(v)
	case error:
		return v.Error()
	case fmt.Stringer:
		return v.String()
	default:
		return fmt.Sprintf("%v", v)
	}
}

func (h *Host) printed(write func(...any) string, values []any) (string, error) {
	if err := h.fits(2, values...); err != nil {
		return "", err
	}
	return write(values...), nil
}

func (h *Host) escape(write func(...any) string, values []any) (string, error) {
	if err := h.fits(8, values...); err != nil {
		return "", err
	}
	return write(values...), nil
}

func (h *Host) splitList(separator, text string) ([]string, error) {
	if err := h.parts(16, separator, text); err != nil {
		return nil, err
	}
	return strings.Split(text, separator), nil
}

// join writes the items of a list with a separator in between. What is no list
// is its only item, and nil is nothing.
func (h *Host) join(separator string, list any) (string, error) {
	items, ok := list.([]string)
	if !ok {
		if err := h.fits(2, list); err != nil {
			return "", err
		}
		items = textsOf(list)
	}
	size := int64(len(separator)) * int64(len(items))
	for _, item := range items {
		size += int64(len(item))
	}
	if err := h.holds(size); err != nil {
		return "", err
	}
	return strings.Join(items, separator), nil
}

// textsOf are the items of a list as texts, without those that are nil.
func textsOf(list any) []string {
	items, ok := list.([]any)
	if value := reflect.ValueOf(list); !ok && (value.Kind() == reflect.Slice || value.Kind() == reflect.Array) {
		for i := range value.Len() {
			items = append(items, value.Index(i).Interface())
		}
	} else if !ok {
		items = []any{list}
	}
	out := make([]string, 0, len(items))
	for _, item := range items {
		if item != nil {
			out = append(out, text(item))
		}
	}
	return out
}

// printf bounds what widths, precisions and repeated arguments can make.
func (h *Host) printf(format string, values ...any) (string, error) {
	factor := int64(4)
	if strings.Contains(format, "[") {
		factor += int64(strings.Count(format, "%"))
	}
	if err := h.fits(factor, values...); err != nil {
		return "", err
	}
	if err := h.charge(padding(format, values)); err != nil {
		return "", err
	}
	return fmt.Sprintf(format, values...), nil
}

// padding is the most that widths and precisions can add to a text. Package fmt
// takes none above a million, and an asterisk takes its number from the values.
func padding(format string, values []any) int64 {
	const most = 1_000_000
	total := int64(0)
	for verb := range strings.SplitSeq(format, "%") {
		number := int64(0)
		for i := 0; i < len(verb) && strings.IndexByte("+-# .*[]0123456789", verb[i]) >= 0; i++ {
			switch c := verb[i]; {
			case c >= '0' && c <= '9':
				number = min(number*10+int64(c-'0'), most)
			case c == '*' && slices.ContainsFunc(values, isInteger):
				total += most
			default:
				total, number = total+number, 0
			}
		}
		total += number
	}
	return total
}

func isInteger(value any) bool {
	kind := reflect.ValueOf(value)
	return kind.CanInt() || kind.CanUint()
}
