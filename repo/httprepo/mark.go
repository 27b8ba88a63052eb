package httprepo

import (
	"net/http"
	"strings"
	"time"
)

// mark is what a server recognises a state of the index by.
type mark struct {
	tag      string // ETag
	modified string // Last-Modified, where there is no tag
}

// markOf reads the mark of an answer. A date alone recognises nothing within the
// second that it names (RFC 9110, 8.8.2.2).
func markOf(h http.Header) mark {
	if tag := h.Get("ETag"); tag != "" {
		return mark{tag: tag}
	}
	modified, err := http.ParseTime(h.Get("Last-Modified"))
	if err != nil {
		return mark{}
	}
	if now, err := http.ParseTime(h.Get("Date")); err != nil || now.Sub(modified) < time.Second {
		return mark{}
	}
	return mark{modified: h.Get("Last-Modified")}
}

// parseMark reads what String wrote; the mark of another kind is none.
func parseMark(text string) mark {
	tag, modified, _ := strings.Cut(text, "\n")
	if !strings.Contains(text, "\n") {
		return mark{}
	}
	return mark{tag, modified}
}

// String is empty for no mark.
func (m mark) String() string {
	if m == (mark{}) {
		return ""
	}
	return m.tag + "\n" + m.modified
}

// header asks for what has changed since.
func (m mark) header() map[string]string {
	return map[string]string{"If-None-Match": m.tag, "If-Modified-Since": m.modified}
}
