package catalog

import "strings"

const (
	blockSize = 1 << 20
	blockBits = 20
	maxText   = 16 << 10 // of one text, in bytes
)

// ref is where in the blocks of a snapshot a text is. The zero ref is the empty
// text.
type ref struct {
	at     uint32
	length uint32
}

// texts are kept in few blocks, each text once.
type texts []string

func (t texts) get(r ref) string {
	if r.length == 0 {
		return ""
	}
	block, from := r.at>>blockBits, r.at&(blockSize-1)
	return t[block][from : from+r.length]
}

// interner fills blocks.
type interner struct {
	full  texts
	block strings.Builder // never grows beyond blockSize, so that parts of its text stay valid
	known map[string]ref
	other int // bytes that are taken besides those of the texts
}

// put returns where a text is kept; ok is false for one that is too long or one
// too many.
func (n *interner) put(text string) (r ref, ok bool) {
	if text == "" {
		return ref{}, true
	}
	if r, ok = n.known[text]; ok {
		return r, true
	}
	if len(text) > maxText || (len(n.full)+1)*blockSize+n.other > maxSnapshot {
		return ref{}, false
	}
	if n.block.Len()+len(text) > blockSize {
		n.full = append(n.full, n.block.String())
		n.block = strings.Builder{}
	}
	if n.block.Len() == 0 {
		n.block.Grow(blockSize)
	}
	from := n.block.Len()
	n.block.WriteString(text)
	r = ref{at: uint32(len(n.full)<<blockBits + from), length: uint32(len(text))} //nolint:gosec // there are at most maxSnapshot bytes
	n.known[n.block.String()[from:]] = r
	return r, true
}

// done returns the blocks, the last one without its unused end.
func (n *interner) done() texts {
	return append(n.full, strings.Clone(n.block.String()))
}
