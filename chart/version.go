package chart

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"

	"github.com/Masterminds/semver/v3"
	"sigs.k8s.io/yaml"

	"github.com/helm-dm/helm-dm/chart/fault"
)

const metadataName = "Chart.yaml"

// WithVersion returns the chart with another version and another version of
// what it deploys; an empty one stays as it is. Of the package's files Chart.yaml
// alone changes, and of its text, where that can be done, only the two values.
func (c *Chart) WithVersion(version, appVersion string) (*Chart, error) {
	wanted := map[string]string{}
	if version != "" {
		wanted["version"] = version
	}
	if appVersion != "" {
		wanted["appVersion"] = appVersion
	}
	out := *c
	out.raw = slices.Clone(c.raw)
	for i := range out.raw {
		if out.raw[i].Name != metadataName {
			continue
		}
		text, err := rewrite(out.raw[i].Data, wanted)
		if err != nil {
			return nil, err
		}
		out.raw[i].Data = text
	}
	if err := out.readMetadata(); err != nil {
		return nil, err
	}
	if err := describe(out.metadata, out.metadata.Validate()); err != nil {
		return nil, err
	}
	return &out, nil
}

// rewrite returns the text of Chart.yaml with other values. It edits the lines
// that hold them and, where the outcome does not mean what it should, writes the
// whole text anew, as Helm always does.
func rewrite(text []byte, wanted map[string]string) ([]byte, error) {
	content := map[string]any{}
	if err := yaml.Unmarshal(text, &content); err != nil {
		return nil, fault.Invalid("reading %s: %w", metadataName, err)
	}
	edited := text
	for _, key := range slices.Sorted(maps.Keys(wanted)) {
		content[key] = wanted[key]
		edited = rewriteLine(edited, key, wanted[key])
	}
	again := map[string]any{}
	if err := yaml.UnmarshalStrict(edited, &again); err == nil && reflect.DeepEqual(again, content) {
		return edited, nil
	}
	out, err := yaml.Marshal(content)
	if err != nil {
		return nil, fmt.Errorf("writing %s: %w", metadataName, err)
	}
	return out, nil
}

// rewriteLine replaces the value of a key at the top, or adds a line for it.
func rewriteLine(text []byte, key, value string) []byte {
	written := value
	if _, err := semver.StrictNewVersion(value); err != nil {
		quoted, _ := json.Marshal(value) // a text always has a JSON form, which is YAML too
		written = string(quoted)
	}
	line := regexp.MustCompile(`(?m)^(?:` + key + `|"` + key + `"|'` + key + `')[ \t]*:[ \t]*(?:"[^"\n]*"|'[^'\n]*'|[^\s#"'][^#\n]*?)?([ \t]*(?:#[^\n]*)?\r?)$`)
	at := line.FindSubmatchIndex(text)
	written = key + ": " + written
	if at == nil {
		if len(text) > 0 && text[len(text)-1] != '\n' {
			text = append(slices.Clip(text), '\n')
		}
		return append(slices.Clip(text), written+"\n"...)
	}
	return slices.Concat(text[:at[0]], []byte(written), text[at[2]:])
}
