package lint

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// yamlLine finds the line in an error of the YAML library.
var (
	yamlLine   = regexp.MustCompile(`line (\d+)`)
	linePrefix = regexp.MustCompile(`^line \d+: `)
)

// lineOf is the line that an error of the YAML library means. The library
// leaves out the first line, and counts from zero in what its parser, other than
// its scanner, complains of; and it may mean the end of the text.
func lineOf(text []byte, err error) int {
	found := yamlLine.FindStringSubmatch(err.Error())
	if found == nil {
		return 1
	}
	line, _ := strconv.Atoi(found[1])
	if strings.Contains(err.Error(), "did not find expected") {
		line++
	}
	return min(line, bytes.Count(bytes.TrimSpace(text), []byte("\n"))+1)
}

// place is a node of a YAML text, with the line of its key if it has one. The
// zero place is no node.
type place struct {
	key   string
	line  int
	value *yaml.Node
}

// parse returns the top of the first document of a text, the zero place when
// there is none that the library can read.
func parse(text []byte) place {
	var document yaml.Node
	if err := yaml.Unmarshal(text, &document); err != nil || len(document.Content) == 0 {
		return place{}
	}
	return place{line: document.Content[0].Line, value: document.Content[0]}
}

// fields are the entries of a map.
func (p place) fields() []place {
	if p.value == nil || p.value.Kind != yaml.MappingNode {
		return nil
	}
	var out []place
	for i := 0; i+1 < len(p.value.Content); i += 2 {
		key := p.value.Content[i]
		out = append(out, place{key.Value, key.Line, p.value.Content[i+1]})
	}
	return out
}

// items are the elements of a list.
func (p place) items() []place {
	if p.value == nil || p.value.Kind != yaml.SequenceNode {
		return nil
	}
	var out []place
	for _, item := range p.value.Content {
		out = append(out, place{line: item.Line, value: item})
	}
	return out
}

// field is the entry of that key, read as JSON reads keys; the line is that of
// the map where there is none.
func (p place) field(key string) place {
	for _, f := range p.fields() {
		if strings.EqualFold(f.key, key) {
			return f
		}
	}
	return place{key: key, line: p.line}
}

// item is an element of a list.
func (p place) item(i int) place {
	if items := p.items(); i < len(items) {
		return items[i]
	}
	return place{line: p.line}
}

// text says whether the value is a text, or absent.
func (p place) text() bool {
	return p.value == nil || p.value.Kind == yaml.ScalarNode && (p.value.Tag == "!!str" || p.value.Tag == "!!null")
}
