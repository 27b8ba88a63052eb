package verdict

import (
	"regexp"
	"strings"
)

// armour is a PEM block as it stands in a manifest: its length differs between
// two keys of one kind.
var armour = regexp.MustCompile(`(?s)-----BEGIN [A-Z ]+-----.*?-----END [A-Z ]+-----`)

// sameButChance says whether ours has every line that theirs and second have in
// common, where they have it, and a line that begins likewise where they differ.
func sameButChance(ours, theirs, second string) bool {
	a, b, c := lines(ours), lines(theirs), lines(second)
	if len(a) != len(b) || len(b) != len(c) {
		return false
	}
	for i := range b {
		if b[i] != a[i] && (b[i] == c[i] || key(a[i]) != key(b[i])) {
			return false
		}
	}
	return true
}

// address is a pointer that a template printed.
var address = regexp.MustCompile(`\b0x[0-9a-f]{9,}\b`)

func lines(text string) []string {
	return strings.Split(address.ReplaceAllString(armour.ReplaceAllString(text, "PEM"), "ADDRESS"), "\n")
}

// key is what a line of YAML has before the value: chance makes values alone.
// A line without one has its indentation.
func key(line string) string {
	if name, _, ok := strings.Cut(line, ": "); ok {
		return name
	}
	return line[:len(line)-len(strings.TrimLeft(line, " "))]
}
