package function

import (
	"math"
	"reflect"
	"regexp"
	"strings"
	"text/template"
)

// Prices of what costs time instead of memory, so that a chart makes hundreds of
// them and not thousands.
const (
	keyPrice  = 256 << 10
	hashPrice = 64 << 10
)

// price checks the arguments of a call before it is made.
type price func(args []reflect.Value) error

// bound puts prices on the functions in all that take little and may give much.
func (h *Host) bound(all template.FuncMap) {
	for name, price := range h.counted() {
		all[name] = priced(all[name], price)
	}
	for factor, names := range sized() {
		for _, name := range names {
			all[name] = priced(all[name], func(args []reflect.Value) error { return h.fits(factor, flat(args)...) })
		}
	}
	for cost, names := range costly() {
		for _, name := range names {
			all[name] = priced(all[name], func([]reflect.Value) error { return h.charge(cost) })
		}
	}
}

// priced returns function with a check before it and an error behind its result.
func priced(function any, check price) any {
	call := reflect.ValueOf(function)
	kind := call.Type()
	ins := make([]reflect.Type, kind.NumIn())
	for i := range ins {
		ins[i] = kind.In(i)
	}
	failure := reflect.TypeFor[error]()
	fine := reflect.Zero(failure)
	wrapped := func(args []reflect.Value) []reflect.Value {
		if err := check(args); err != nil {
			return []reflect.Value{reflect.Zero(kind.Out(0)), reflect.ValueOf(&err).Elem()}
		}
		var out []reflect.Value
		if kind.IsVariadic() {
			out = call.CallSlice(args)
		} else {
			out = call.Call(args)
		}
		if len(out) == 1 {
			out = append(out, fine)
		}
		return out
	}
	return reflect.MakeFunc(reflect.FuncOf(ins, []reflect.Type{kind.Out(0), failure}, kind.IsVariadic()), wrapped).Interface()
}

// flat returns the arguments of a call, those of a variadic list one by one.
func flat(args []reflect.Value) []any {
	out := make([]any, 0, len(args))
	for i, arg := range args {
		if i == len(args)-1 && arg.Kind() == reflect.Slice {
			for j := range arg.Len() {
				out = append(out, arg.Index(j).Interface())
			}
			continue
		}
		out = append(out, arg.Interface())
	}
	return out
}

// sized lists functions by how many times the size of their arguments their
// result may have.
func sized() map[int64][]string {
	return map[int64][]string{
		1: {"deepCopy", "mustDeepCopy"},
		2: {"cat", "toStrings", "b32enc", "snakecase", "kebabcase", "camelcase", "regexQuoteMeta", "encryptAES", "wrap"},
		8: {"toPrettyJson", "mustToPrettyJson", "toRawJson", "mustToRawJson"},
		// An item of a list takes at least sixteen bytes, whatever it holds.
		16: {"regexFindAll", "mustRegexFindAll", "regexSplit", "mustRegexSplit"},
	}
}

// costly lists functions by what one call is counted as.
func costly() map[int64][]string {
	return map[int64][]string{
		keyPrice:  {"genPrivateKey", "genCA", "genCAWithKey", "genSelfSignedCert", "genSelfSignedCertWithKey", "genSignedCert", "genSignedCertWithKey", "derivePassword"},
		hashPrice: {"bcrypt", "htpasswd"},
	}
}

// counted are the functions whose arguments say how much they make.
func (h *Host) counted() map[string]price {
	text := func(args []reflect.Value) error { return h.charge(8, args[0].Int()) }
	out := map[string]price{
		"until":     func(args []reflect.Value) error { return h.steps(8, 0, args[0].Int(), 1) },
		"untilStep": func(args []reflect.Value) error { return h.steps(8, args[0].Int(), args[1].Int(), args[2].Int()) },
		"seq":       h.sequence,
		"sortAlpha": h.sorts,
		"randAlpha": text, "randAlphaNum": text, "randAscii": text, "randNumeric": text, "randBytes": text,
		"wrapWith": func(args []reflect.Value) error { return h.wraps(args[0].Int(), args[1].Len(), args[2].Len()) },
		"split":    func(args []reflect.Value) error { return h.parts(100, args[0].String(), args[1].String()) },
		"splitn":   func(args []reflect.Value) error { return h.parts(100, args[0].String(), args[2].String()) },
	}
	for _, name := range []string{"regexReplaceAll", "mustRegexReplaceAll", "regexReplaceAllLiteral", "mustRegexReplaceAllLiteral"} {
		out[name] = h.replacements
	}
	for _, name := range []string{"merge", "mustMerge", "mergeOverwrite", "mustMergeOverwrite"} {
		out[name] = h.merges
	}
	for _, name := range []string{"append", "mustAppend", "push", "mustPush", "prepend", "mustPrepend", "concat"} {
		out[name] = h.items
	}
	return out
}

// maxCount is the number up to which counting ends: above, sprig's counters can
// begin anew from the other end.
const maxCount = 1 << 61

// steps prices the numbers between two others.
func (h *Host) steps(size, from, to, step int64) error {
	if step == 0 {
		return nil
	}
	if max(abs(from), abs(to), abs(step)) > maxCount {
		return h.excess()
	}
	return h.charge(size, abs(to-from)/abs(step)+1)
}

// sequence prices seq, whose numbers are first a list and then a text.
func (h *Host) sequence(args []reflect.Value) error {
	number := func(i int) int64 { return args[0].Index(i).Int() }
	const size = 64
	switch args[0].Len() {
	case 1:
		return h.steps(size, 1, number(0), 1)
	case 2:
		return h.steps(size, number(0), number(1), 1)
	case 3:
		return h.steps(size, number(0), number(2), number(1))
	}
	return nil
}

func (h *Host) wraps(width int64, separator, text int) error {
	return h.charge(int64(separator), int64(text)/max(width, 1)+1)
}

// parts prices the list of what stands between separators.
func (h *Host) parts(size int64, separator, text string) error {
	return h.holds(size * int64(strings.Count(text, separator)+1))
}

// replacements prices the replacement of what a pattern finds: it may be found
// between any two characters, and every $ may stand for all of it.
func (h *Host) replacements(args []reflect.Value) error {
	pattern, text, with := args[0].String(), args[1].String(), args[2].String()
	repeated := int64(len(text)) * int64(strings.Count(with, "$"))
	if h.holds(int64(len(text)+1)*int64(len(with))+repeated) == nil {
		return nil
	}
	expression, err := regexp.Compile(pattern)
	if err != nil {
		return nil //nolint:nilerr // the function itself says what is wrong with the pattern
	}
	found := len(expression.FindAllStringIndex(text, -1))
	return h.holds(int64(found)*int64(len(with)) + repeated)
}

// merges prices the merging of maps, which walks what two of them have in common:
// one alone may be without end.
func (h *Host) merges(args []reflect.Value) error {
	h.changes++
	var refused error
	for _, arg := range flat(args) {
		if err := h.fits(1, arg); err != nil {
			if refused != nil {
				return refused
			}
			refused = err
		}
	}
	return nil
}

// sorts prices sortAlpha, which sorts a list of texts where it is.
func (h *Host) sorts(args []reflect.Value) error {
	h.changes++
	return h.fits(2, flat(args)...)
}

// items prices a list made of others.
func (h *Host) items(args []reflect.Value) error {
	total := 0
	for _, arg := range flat(args) {
		if v := reflect.ValueOf(arg); v.Kind() == reflect.Slice {
			total += v.Len()
		}
	}
	return h.holds(16 * int64(total))
}

// abs is a number without its sign, the greatest there is for one too great.
func abs(number int64) int64 {
	if number == math.MinInt64 {
		return math.MaxInt64
	}
	return max(number, -number)
}
