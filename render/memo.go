package render

import "reflect"

// Bounds of what a rendering keeps of the texts of templates.
const (
	maxMemos    = 1000
	maxMemoSize = 4 << 20
)

// memo keeps what templates returned for the same data, such as the names and
// labels that a chart includes everywhere. It holds only as long as nothing
// changes: every function that changes data empties it, and so does the next file,
// for which .Template is another.
type memo struct {
	kept    map[call]kept
	size    int
	changes int64 // those of the host up to which it holds
}

// call is a template called with a map, told by where the map is.
type call struct {
	name string
	data uintptr
}

// kept is a result. It holds on to the data, so that no other map gets its place.
type kept struct {
	data any
	text string
}

// forget empties the memo.
func (m *memo) forget() {
	clear(m.kept)
	m.size = 0
}

// key is how a call is kept, ok false when it cannot be.
func (m *memo) key(name string, data any) (key call, ok bool) {
	value := reflect.ValueOf(data)
	if value.Kind() != reflect.Map || value.IsNil() {
		return call{}, false
	}
	return call{name, value.Pointer()}, true
}

// get returns what the call returned before. changes are those up to now.
func (m *memo) get(key call, changes int64) (text string, ok bool) {
	if changes != m.changes {
		m.forget()
		m.changes = changes
	}
	found, ok := m.kept[key]
	return found.text, ok
}

func (m *memo) put(key call, data any, text string) {
	if m.size += len(text); len(m.kept) == maxMemos || m.size > maxMemoSize {
		m.forget()
		m.size = len(text)
	}
	m.kept[key] = kept{data, text}
}
