package parameter

import (
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/chart/values"
	"github.com/helm-dm/helm-dm/cmd/helm/fault"
	"github.com/helm-dm/helm-dm/cmd/helm/input"
	"github.com/helm-dm/helm-dm/cmd/helm/target"
)

// stdinName stands for standard input where a file is expected.
const stdinName = "-"

// Flags are those of one command line; the zero value has none.
type Flags struct {
	long       string // name of the flag that is -f
	files      []string
	setJSON    []string
	set        []string
	setString  []string
	setFile    []string
	setLiteral []string
}

// AddFlags declares the flags.
func (f *Flags) AddFlags(flags *pflag.FlagSet) {
	f.long = "file"
	flags.StringArrayVarP(&f.files, f.long, "f", nil, "`CONFIG` file with parameters, - for standard input; may be repeated")
	f.addAssignments(flags)
}

// AddHelmFlags declares the flags as the commands have them that are Helm's own:
// -f is --values there, and takes a list.
func (f *Flags) AddHelmFlags(flags *pflag.FlagSet) {
	f.long = "values"
	flags.StringSliceVarP(&f.files, f.long, "f", nil, "values `FILE,...`, - for standard input; may be repeated")
	f.addAssignments(flags)
}

func (f *Flags) addAssignments(flags *pflag.FlagSet) {
	flags.StringArrayVar(&f.set, "set", nil, "parameters as `PATH=VALUE,...`; may be repeated")
	flags.StringArrayVar(&f.setString, "set-string", nil, "the same with every value a `PATH=STRING,...`")
	flags.StringArrayVar(&f.setJSON, "set-json", nil, "a parameter as `PATH=JSON`, or a JSON object")
	flags.StringArrayVar(&f.setFile, "set-file", nil, "parameters from files as `PATH=FILE,...`")
	flags.StringArrayVar(&f.setLiteral, "set-literal", nil, "a parameter as `PATH=STRING` without any escapes")
}

// Read reads the configuration files, in the order in which they were given.
func (f *Flags) Read(stdin io.Reader) ([]target.File, error) {
	if slices.Index(f.files, stdinName) != lastIndex(f.files, stdinName) {
		return nil, fault.Usage("standard input can be read only once: -f - was given twice")
	}
	var files []target.File
	for _, name := range f.files {
		text, err := readInput(name, stdin)
		if err != nil {
			return nil, fault.Usage("reading --%s: %w", f.long, err)
		}
		files = append(files, target.File{Name: name, Text: text})
	}
	return files, nil
}

func readInput(name string, stdin io.Reader) ([]byte, error) {
	switch {
	case name == stdinName:
		return input.All(stdin, v1alpha1.MaxParameterBytes)
	case strings.HasPrefix(name, "https://"), strings.HasPrefix(name, "http://"):
		return nil, fault.Usage("%s is on the network, only files are read", name).Mend("curl -fsSL %s | helm … -f -", name)
	}
	return input.File(name, v1alpha1.MaxParameterBytes)
}

// Sources are all parameters in the order in which Helm merges them, whatever
// the order on the command line: by type, then as given (S11). What cannot be
// merged is refused. The documents are those of the configuration files.
func (f *Flags) Sources(documents []string) ([]v1alpha1.ParameterSource, error) {
	return f.merge(map[string]any{}, documents)
}

// Values are all parameters, merged in that order, never nil.
func (f *Flags) Values(stdin io.Reader) (map[string]any, error) {
	files, err := f.Read(stdin)
	if err != nil {
		return nil, err
	}
	merged := map[string]any{}
	for _, file := range files {
		if err := overlay(merged, string(file.Text)); err != nil {
			return nil, fault.Usage("reading --%s %s: %w", f.long, file.Name, err)
		}
	}
	_, err = f.merge(merged, nil)
	return merged, err
}

// merge lays the documents and then the assignments over merged, in place.
func (f *Flags) merge(merged map[string]any, documents []string) ([]v1alpha1.ParameterSource, error) {
	files, err := readAssigned(f.setFile)
	if err != nil {
		return nil, err
	}
	var all []v1alpha1.ParameterSource
	for _, group := range []struct {
		flag  string
		kind  v1alpha1.ParameterType
		texts []string
		apply func(map[string]any, string) error
	}{
		{f.long, v1alpha1.ParameterValues, documents, overlay},
		{"set-json", v1alpha1.ParameterSetJSON, f.setJSON, values.SetJSON},
		{"set", v1alpha1.ParameterSet, f.set, values.Set},
		{"set-string", v1alpha1.ParameterSetString, f.setString, values.SetString},
		{"set-file", v1alpha1.ParameterSetFile, files, values.SetFile},
		{"set-literal", v1alpha1.ParameterSetLiteral, f.setLiteral, values.SetLiteral},
	} {
		for _, text := range group.texts {
			if err := group.apply(merged, text); err != nil {
				return nil, fault.Usage("reading --%s: %w", group.flag, err)
			}
			all = append(all, v1alpha1.ParameterSource{Type: group.kind, Text: text})
		}
	}
	return all, nil
}

// overlay lays a YAML document over all, in place.
func overlay(all map[string]any, document string) error {
	over, err := values.Parse([]byte(document))
	maps.Copy(all, values.Overlay(all, over))
	return err
}

func lastIndex(list []string, item string) int {
	for i, found := range slices.Backward(list) {
		if found == item {
			return i
		}
	}
	return -1
}
