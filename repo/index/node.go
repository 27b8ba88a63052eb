package index

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/helm-dm/helm-dm/repo"
)

// editJSON writes an index in JSON anew; all values stay as they were.
func editJSON(old []byte, a *addition) ([]byte, error) {
	var top, charts map[string]json.RawMessage
	var entries []json.RawMessage
	if json.Unmarshal(old, &top) != nil || !within(top, "entries", &charts) || !within(charts, a.name, &entries) {
		return nil, errStyle
	}
	entries = slices.DeleteFunc(entries, func(text json.RawMessage) bool {
		var entry struct{ Version string }
		return json.Unmarshal(text, &entry) == nil && entry.Version == a.version
	})
	if charts == nil {
		charts = map[string]json.RawMessage{}
	}
	entry, err := json.Marshal(a.entry)
	if err == nil {
		charts[a.name], err = json.Marshal(slices.Insert(entries, 0, json.RawMessage(entry)))
	}
	if err == nil {
		top["entries"], err = json.Marshal(charts)
	}
	if err == nil {
		top["generated"], err = json.Marshal(a.now)
	}
	if err != nil {
		return nil, err
	}
	return json.MarshalIndent(top, "", "  ")
}

// within reads what a map in JSON holds under a key, if anything.
func within(m map[string]json.RawMessage, key string, into any) bool {
	text, ok := m[key]
	return !ok || json.Unmarshal(text, into) == nil
}

// maxEdited is up to how many bytes an index is changed that is not in the style
// in which programs write.
const maxEdited = 1 << 20

// editNodes writes an index in any YAML anew; comments, order and aliases stay as
// they were.
func editNodes(old []byte, a *addition) ([]byte, error) {
	if len(old) > maxEdited {
		return nil, repo.Fail(repo.ErrTooLarge, "changing the index: it is larger than %d MiB and not written as Helm writes it", maxEdited>>20).
			Mend("write it anew with helm repo index")
	}
	var document yaml.Node
	if err := yaml.Unmarshal(old, &document); err != nil || len(document.Content) != 1 {
		return nil, errStyle
	}
	var entry, now yaml.Node
	if err := entry.Encode(a.entry); err != nil {
		return nil, fmt.Errorf("writing the entry of %q: %w", a.name, err)
	}
	now.SetString(a.now)
	top := document.Content[0]
	list := child(child(top, "entries", yaml.MappingNode), a.name, yaml.SequenceNode)
	if list == nil {
		return nil, errStyle
	}
	list.Content = slices.DeleteFunc(list.Content, func(n *yaml.Node) bool {
		version := find(n, "version")
		return version != nil && version.Value == a.version
	})
	list.Content = slices.Insert(list.Content, 0, &entry)
	if generated := child(top, "generated", yaml.ScalarNode); generated != nil {
		*generated = now
	}
	var out bytes.Buffer
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	if err := encoder.Encode(&document); err != nil {
		return nil, errStyle
	}
	return out.Bytes(), encoder.Close()
}

// child returns the value of a key in a map, which it adds where it is not there
// or null; nil where it is of another kind.
func child(parent *yaml.Node, key string, kind yaml.Kind) *yaml.Node {
	if parent == nil || parent.Kind != yaml.MappingNode {
		return nil
	}
	value := find(parent, key)
	switch {
	case value == nil:
		var name yaml.Node
		name.SetString(key)
		value = &yaml.Node{Kind: kind}
		parent.Content = append(parent.Content, &name, value)
	case value.Tag == "!!null":
		*value = yaml.Node{Kind: kind}
	case value.Kind != kind:
		return nil
	}
	return value
}

// find returns the value of a key in a map, nil when it is not there.
func find(parent *yaml.Node, key string) *yaml.Node {
	if parent.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(parent.Content); i += 2 {
		if parent.Content[i].Value == key {
			return parent.Content[i+1]
		}
	}
	return nil
}
