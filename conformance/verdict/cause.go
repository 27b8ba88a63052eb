package verdict

import (
	"slices"
	"strconv"
	"strings"
)

// cause tells why two texts differ, as far as a program can see it.
func cause(ours, theirs string) Verdict {
	switch a, b := documents(ours), documents(theirs); {
	case slices.Equal(sorted(a), sorted(b)):
		return Order
	case squeeze(ours) == squeeze(theirs):
		return Whitespace
	}
	a, b := strings.Split(ours, "\n"), strings.Split(theirs, "\n")
	for _, c := range []struct {
		verdict Verdict
		same    func(a, b string) bool
	}{{Number, sameNumber}, {Null, sameNothing}} {
		if len(a) == len(b) && slices.EqualFunc(a, b, func(a, b string) bool { return a == b || c.same(a, b) }) {
			return c.verdict
		}
	}
	return Content
}

func documents(text string) []string {
	parts := strings.Split("\n"+text, "\n---\n")
	for i, part := range parts {
		parts[i] = strings.TrimSpace(part)
	}
	return parts
}

func sorted(list []string) []string {
	out := slices.Clone(list)
	slices.Sort(out)
	return out
}

func squeeze(text string) string { return strings.Join(strings.Fields(text), "") }

// value is what a line of YAML has after the key, without quotes.
func value(line string) string {
	line = strings.TrimSpace(line)
	if _, after, ok := strings.Cut(line, ":"); ok {
		line = after
	}
	return strings.Trim(strings.TrimPrefix(strings.TrimSpace(line), "- "), `"' `)
}

func sameNumber(a, b string) bool {
	x, errX := strconv.ParseFloat(value(a), 64)
	y, errY := strconv.ParseFloat(value(b), 64)
	return errX == nil && errY == nil && x == y
}

func sameNothing(a, b string) bool {
	nothing := []string{"", "null", "~", "{}", "[]", "<nil>", "<no value>"}
	return slices.Contains(nothing, value(a)) && slices.Contains(nothing, value(b))
}
