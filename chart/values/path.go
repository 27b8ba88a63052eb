package values

import (
	"slices"
	"strconv"
	"strings"

	"github.com/helm-dm/helm-dm/chart/fault"
)

// step is one element of a path: a key of a map or, where list is set, an index.
type step struct {
	key   string
	index int
	list  bool
}

// steps is the path of one value.
type steps []step

func (p steps) String() string {
	var out strings.Builder
	for i, s := range p {
		switch {
		case s.list:
			out.WriteString("[" + strconv.Itoa(s.index) + "]")
		case i > 0:
			out.WriteString("." + s.key)
		default:
			out.WriteString(s.key)
		}
	}
	return out.String()
}

// steps reads a path up to one of the stops, which it takes and returns.
func (s *setter) steps(stops string) (path steps, end rune, err error) {
	keys := 0
	for {
		key, stop := s.until(".[" + stops)
		if key == "" && (stop == '.' || stop == '[' || stop == '=' || len(path) > 0) {
			return path, stop, fault.Invalid("a key of the path is empty")
		}
		path = append(path, step{key: key})
		keys++
		for stop == '[' {
			index, err := s.index()
			if err != nil {
				return path, 0, fault.Invalid("key %.100q: %w", path, err)
			}
			path = append(path, step{index: index, list: true})
			if stop, err = s.afterIndex(stops); err != nil {
				return path, 0, fault.Invalid("key %.100q: %w", path, err)
			}
		}
		if keys > MaxNesting+1 || len(path) > 2*(MaxNesting+1) {
			return path, 0, fault.Invalid("key %.100q…: keys are nested at most %d deep", path[:3], MaxNesting)
		}
		if stop != '.' {
			return path, stop, nil
		}
	}
}

func (s *setter) index() (int, error) {
	text, end := s.until("]")
	index, err := strconv.Atoi(text)
	switch {
	case end == 0 || err != nil:
		return 0, fault.Invalid("an index is written [NUMBER]")
	case index < 0:
		return 0, fault.Invalid("the index %d is negative", index)
	case index > maxIndex:
		return 0, fault.Invalid("the index %d is greater than %d", index, maxIndex)
	}
	return index, nil
}

// afterIndex takes the character behind an index.
func (s *setter) afterIndex(stops string) (rune, error) {
	if s.at == len(s.text) {
		return 0, nil
	}
	next := s.text[s.at]
	if !strings.ContainsRune(".["+stops, next) {
		return 0, fault.Invalid("a dot, another index or = must follow an index")
	}
	s.at++
	return next, nil
}

// assign puts value at path inside node and returns node, or what takes its
// place. Only an element of a list may turn from something else into a map.
func (s *setter) assign(node any, path steps, value any) (any, error) {
	if len(path) == 0 {
		return value, nil
	}
	if path[0].list {
		return s.assignElement(node, path, value)
	}
	values, ok := node.(map[string]any)
	switch {
	case !ok && node != nil:
		return node, fault.Invalid("%.100q would be part of something that is no map", path[0].key)
	case values == nil:
		values = map[string]any{}
	}
	child, err := s.assign(values[path[0].key], path[1:], value)
	if err == nil {
		values[path[0].key] = child
	}
	return values, err
}

func (s *setter) assignElement(node any, path steps, value any) (any, error) {
	index, rest := path[0].index, path[1:]
	list, ok := node.([]any)
	if !ok && node != nil {
		return node, fault.Invalid("[%d] would be part of something that is no list", index)
	}
	if missing := index + 1 - len(list); missing > 0 {
		if *s.room -= missing; *s.room < 0 {
			return node, fault.Invalid("the indexes make more than %d list elements", maxPadding)
		}
		list = append(list, make([]any, missing)...)
	}
	if _, isMap := list[index].(map[string]any); !isMap && len(rest) > 0 && !rest[0].list {
		list[index] = nil
	}
	child, err := s.assign(list[index], rest, value)
	if err == nil {
		list[index] = child
	}
	return list, err
}

// Unset removes from values, in place, what is at a path written as in Set. It
// is no error when nothing is there.
func Unset(values map[string]any, path string) error {
	s := &setter{text: []rune(path)}
	parsed, end, err := s.steps("=,")
	if err != nil {
		return err
	}
	if end != 0 || s.at != len(s.text) || path == "" {
		return fault.Invalid("a single key is wanted, such as a.b")
	}
	remove(values, parsed)
	return nil
}

// remove returns node without what is at path.
func remove(node any, path steps) any {
	head, rest := path[0], path[1:]
	switch node := node.(type) {
	case map[string]any:
		child, ok := node[head.key]
		switch {
		case head.list || !ok:
		case len(rest) == 0:
			delete(node, head.key)
		default:
			node[head.key] = remove(child, rest)
		}
	case []any:
		switch {
		case !head.list || head.index >= len(node):
		case len(rest) == 0:
			return slices.Delete(slices.Clone(node), head.index, head.index+1)
		default:
			node[head.index] = remove(node[head.index], rest)
		}
	}
	return node
}
