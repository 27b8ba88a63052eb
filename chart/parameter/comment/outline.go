package comment

// Outline is what a values.yaml tells of a value beside the value itself.
type Outline struct {
	// Keys are those of a map, in the order written.
	Keys  []string
	below map[string]*Outline
	items []*Outline // of a list
	above []string   // the comment above its key, line by line, without the #
	after string     // the comment behind its key or its value
}

// Key returns the outline of what is at a key of a map, never nil.
func (o *Outline) Key(key string) *Outline {
	if below := o.below[key]; below != nil {
		return below
	}
	return &Outline{}
}

// Item returns the outline of an element of a list, never nil.
func (o *Outline) Item(i int) *Outline {
	if i < len(o.items) {
		return o.items[i]
	}
	return &Outline{}
}

// Len is how many elements of a list are known.
func (o *Outline) Len() int { return len(o.items) }
