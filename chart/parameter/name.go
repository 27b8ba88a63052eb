package parameter

import (
	"strconv"
	"strings"
	"unicode"

	"github.com/helm-dm/helm-dm/chart/values"
)

// place is where a value is: its name as --set wants it, and its path as
// comment.Readme has it, without the subchart's name.
type place struct {
	name  string
	plain string
	keys  []string // from the outermost key of the chart on
}

// key returns the place of a key below p. prefix stands before the names of
// outermost keys, apart from the globals, which all charts share.
func (p place) key(key, prefix string) place {
	below := place{escape(key), key, append(p.keys[:len(p.keys):len(p.keys)], key)}
	switch {
	case len(p.keys) > 0:
		below.name, below.plain = p.name+"."+below.name, p.plain+"."+below.plain
	case key != "global":
		below.name = prefix + below.name
	}
	return below
}

// item returns the place of an element of the list at p.
func (p place) item(i int) place {
	index := "[" + strconv.Itoa(i) + "]"
	return place{p.name + index, p.plain + index, p.keys}
}

// escape writes a key so that no character in it has a meaning for --set.
func escape(key string) string {
	const special = `\.=,[`
	if !strings.ContainsAny(key, special) {
		return key
	}
	var out strings.Builder
	for _, r := range key {
		if strings.ContainsRune(special, r) {
			out.WriteByte('\\')
		}
		out.WriteRune(r)
	}
	return out.String()
}

// reachable says whether --set can name each key of a table, depth being how
// many keys lie above them.
func reachable(table map[string]any, depth int) bool {
	if depth > values.MaxNesting {
		return false
	}
	for key := range table {
		if !nameable(key) {
			return false
		}
	}
	return true
}

func nameable(key string) bool { return key != "" && !strings.ContainsFunc(key, unprintable) }

func unprintable(r rune) bool { return r == unicode.ReplacementChar || !unicode.IsPrint(r) }
