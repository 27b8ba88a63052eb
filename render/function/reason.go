package function

import (
	"errors"
	"regexp"
	"runtime"
	"strings"
)

// Told is an error that holds no value, or only what may be told of: its text is
// shown to whoever sees that the template failed.
type Told struct{ Err error }

func (t *Told) Error() string { return t.Err.Error() }

func (t *Told) Unwrap() error { return t.Err }

// Reason is what may be told of the error of a function: what it says about kinds
// and types. The functions of libraries quote what they were given, which may be
// secret: of these only the beginnings that are known to be fixed are told, with
// an ellipsis for the rest.
func Reason(err error) string {
	if told, ok := errors.AsType[*Told](err); ok {
		return told.Error()
	}
	if mistaken, ok := errors.AsType[*runtime.TypeAssertionError](err); ok {
		return mistaken.Error() // of types alone
	}
	if fault, ok := errors.AsType[runtime.Error](err); ok {
		text, _, _ := strings.Cut(fault.Error(), " [") // numbers follow
		return text
	}
	if err != nil {
		if text, ok := Plain(err.Error()); ok {
			return text
		}
	}
	return "it refuses what it was given"
}

// Plain is what of an error's text holds no value: all of it, or its beginning.
// It is false when nothing is known of the text.
func Plain(text string) (string, bool) {
	if typed().MatchString(text) {
		return text, true
	}
	if strings.HasPrefix(text, "function ") && strings.HasSuffix(text, " not defined") {
		return "function not defined", true
	}
	begin := fixed().FindString(text)
	if begin == "" || begin == text {
		return begin, begin != ""
	}
	return begin + " …", true
}

// typed matches texts that are about kinds, types and counts to their ends. It is
// made when something failed, which is rarer than that a program starts.
func typed() *regexp.Regexp {
	texts := []string{ // T stands for a type
		// text/template, executing
		`nil pointer evaluating T`, `nil data; no entry for key "\w+"`, `can't evaluate field \w+ in type T`, `nil is not a command`,
		`wrong type for value; expected T; got T`, `value has type T; should be T`, `value is nil; should be of type T`,
		`wrong number of args for \w+: want (at least )?\d+ got \d+`, `\w+ has arguments but cannot be invoked as function`,
		`\w+ is not a method but has arguments`, `invalid value; expected T`, `cannot assign nil to T`, `dereference of nil pointer of type T`,
		`(cannot|can't) (index|slice) (slice/array with|item of) (type T|nil)`, `(index|slice) of (untyped nil|nil pointer)`,
		`cannot 3-index slice a string`, `len of (nil pointer|type T)`, `call of nil`,
		`(invalid type|missing argument) for comparison`, `incompatible types for comparison: T and T`,
		// text/template, parsing
		`missing value for [a-z ]+`, `\{\{(break|continue)\}\} outside \{\{range\}\}`,
		// sprig, and ours
		`Cannot (push|prepend|chunk|find \w+|compact|concat|reverse)( on)? type T( as list)?`, `list should be type of slice or array but T`,
		`unable to parse \w+ key, must be of type string, but T found`, `dig needs at least three arguments`,
		`unsupported duration type T`, `(error marshaling into JSON: )?json: unsupported type: T`,
	}
	return regexp.MustCompile(`^(` + strings.ReplaceAll(strings.Join(texts, "|"), "T", `[\w.*\[\]{}/ ]+`) + `)$`)
}

// fixed matches beginnings that are the same whatever the value.
func fixed() *regexp.Regexp {
	texts := []string{
		// text/template, executing
		`range can't iterate over`, `if/with can't use`, `can't use`, `can't give argument to non-function`, `can't evaluate command`,
		`map has no entry for key`, `exceeded maximum template depth`, `non-comparable types?`, `index out of range`, `invalid slice index`, `too many slice indexes`, `template`,
		`expected (bool|string|integer|unsigned integer|float|complex)`,
		// text/template, parsing
		`unclosed (action|comment|left paren)`, `unexpected (EOF|right paren|\{\{\w+\}\})`, `unexpected`, `bad (character|number syntax)`,
		`unterminated (quoted string|raw quoted string|character constant)`, `unrecognized character in action`, `undefined variable`,
		`empty command`, `non executable command`, `expected (:=|end)`, `integer overflow`, `(illegal number|malformed character)`,
		`range can only initialize variables`, `too many declarations`, `max expression depth exceeded`, `comment ends before closing delimiter`,
		// what sprig stands on
		`parsing time`, `time: (invalid|unknown|missing)`, `unable to parse (url|userinfo)`, `error parsing regexp`, `regexp: Compile`,
		`(improper constraint|invalid semantic version|version string|invalid characters in version|version segment starts with 0|error parsing version)`,
		`(invalid metadata string|invalid prerelease string|constraint (string|parser error)|too many constraint groups)`,
		`error parsing ip`, `(no PEM data in input|decoding PEM|no private key data|parsing (\w+ )?private key|invalid private key type|unable to get public key)`,
		`unable to decode( base64)? (certificate|private key)`, `error (generating|parsing|creating|pem-encoding|retrieving|decoding)`,
		`(crypto/aes: invalid key size|illegal base64 data|strings: negative Repeat count|src and dst must be of same type|deepCopy error)`,
		`json: unsupported value`, `toml: cannot encode`,
		// ours
		`(could not parse|empty|invalid) duration`, `duration seconds overflow`,
	}
	return regexp.MustCompile(`^(` + strings.Join(texts, "|") + `)`)
}
