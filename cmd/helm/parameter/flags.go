package parameter

import (
	"io"
	"slices"

	"github.com/spf13/pflag"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/cmd/helm/fault"
	"github.com/helm-dm/helm-dm/cmd/helm/input"
	"github.com/helm-dm/helm-dm/cmd/helm/target"
)

// stdinName stands for standard input where a file is expected.
const stdinName = "-"

// Flags are those of one command line; the zero value has none.
type Flags struct {
	files      []string
	setJSON    []string
	set        []string
	setString  []string
	setFile    []string
	setLiteral []string
}

// AddFlags declares the flags.
func (f *Flags) AddFlags(flags *pflag.FlagSet) {
	flags.StringArrayVarP(&f.files, "file", "f", nil, "`CONFIG` file with parameters, - for standard input; may be repeated")
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
			return nil, fault.Usage("reading configuration file: %w", err)
		}
		files = append(files, target.File{Name: name, Text: text})
	}
	return files, nil
}

func readInput(name string, stdin io.Reader) ([]byte, error) {
	if name == stdinName {
		return input.All(stdin, v1alpha1.MaxParameterBytes)
	}
	return input.File(name, v1alpha1.MaxParameterBytes)
}

// Sources are all parameters in the order in which Helm merges them, whatever
// the order on the command line: by type, then as given (S11). The values are
// the YAML documents of the configuration files.
func (f *Flags) Sources(values []string) ([]v1alpha1.ParameterSource, error) {
	files, err := readAssigned(f.setFile)
	if err != nil {
		return nil, err
	}
	var all []v1alpha1.ParameterSource
	for _, group := range []struct {
		kind  v1alpha1.ParameterType
		texts []string
	}{
		{v1alpha1.ParameterValues, values},
		{v1alpha1.ParameterSetJSON, f.setJSON},
		{v1alpha1.ParameterSet, f.set},
		{v1alpha1.ParameterSetString, f.setString},
		{v1alpha1.ParameterSetFile, files},
		{v1alpha1.ParameterSetLiteral, f.setLiteral},
	} {
		for _, text := range group.texts {
			all = append(all, v1alpha1.ParameterSource{Type: group.kind, Text: text})
		}
	}
	return all, nil
}

func lastIndex(list []string, item string) int {
	for i, found := range slices.Backward(list) {
		if found == item {
			return i
		}
	}
	return -1
}
