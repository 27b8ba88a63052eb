// Package page is a page of memory that a render worker shares with its pool,
// so that the path of the template it executes outlives it. To write it costs
// no system call. The worker is not trusted: what is read back is a text of
// bounded size without control characters, and not more.
//
// On other systems than Linux there is no such page: nothing is written, and
// nothing is read back.
package page

import (
	"encoding/binary"
	"strings"
	"unicode"
)

// size is that of a page, in bytes; the first two hold the length of the text.
const (
	size   = 4096
	prefix = 2
)

// Page is the worker's view.
type Page []byte

// Write leaves the path of a template on the page, in place of the one before.
func (p Page) Write(template string) {
	if p == nil {
		return
	}
	n := copy(p[prefix:], template)
	binary.BigEndian.PutUint16(p, uint16(n)) //nolint:gosec // at most size
}

// text takes the path out of what a page holds.
func text(content []byte) string {
	if len(content) < prefix {
		return ""
	}
	length := int(binary.BigEndian.Uint16(content))
	content = content[prefix:]
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == unicode.ReplacementChar {
			return -1
		}
		return r
	}, string(content[:min(length, len(content))]))
}
