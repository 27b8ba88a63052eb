package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/cmd/helm/target"
)

// stdinName stands for standard input where a file is expected.
const stdinName = "-"

// parameterOptions are the flags that give a deployment its parameters.
type parameterOptions struct {
	files      []string
	setJSON    []string
	set        []string
	setString  []string
	setFile    []string
	setLiteral []string
}

// AddFlags declares the flags.
func (o *parameterOptions) AddFlags(flags *pflag.FlagSet) {
	flags.StringArrayVarP(&o.files, "file", "f", nil, "`CONFIG` file with parameters, - for standard input; may be repeated")
	flags.StringArrayVar(&o.set, "set", nil, "parameters as `PATH=VALUE,...`; may be repeated")
	flags.StringArrayVar(&o.setString, "set-string", nil, "the same with every value a `PATH=STRING,...`")
	flags.StringArrayVar(&o.setJSON, "set-json", nil, "a parameter as `PATH=JSON`, or a JSON object")
	flags.StringArrayVar(&o.setFile, "set-file", nil, "parameters from files as `PATH=FILE,...`")
	flags.StringArrayVar(&o.setLiteral, "set-literal", nil, "a parameter as `PATH=STRING` without any escapes")
}

// read reads the configuration files. Errors are of bad usage.
func (o *parameterOptions) read(stdin io.Reader) ([]target.File, error) {
	if slices.Index(o.files, stdinName) != lastIndex(o.files, stdinName) {
		return nil, usage("standard input can be read only once: -f - was given twice")
	}
	var files []target.File
	for _, name := range o.files {
		text, err := readInput(name, stdin)
		if err != nil {
			return nil, usage("reading configuration file: %w", err)
		}
		files = append(files, target.File{Name: name, Text: text})
	}
	return files, nil
}

func readInput(name string, stdin io.Reader) ([]byte, error) {
	if name == stdinName {
		return io.ReadAll(stdin)
	}
	return os.ReadFile(name)
}

// sources are all parameters in the order in which Helm merges them, whatever
// the order on the command line: by type, then as given (S11).
func (o *parameterOptions) sources(values []string) ([]v1alpha1.ParameterSource, error) {
	files, err := readAssigned(o.setFile)
	if err != nil {
		return nil, err
	}
	var all []v1alpha1.ParameterSource
	for _, group := range []struct {
		kind  v1alpha1.ParameterType
		texts []string
	}{
		{v1alpha1.ParameterValues, values},
		{v1alpha1.ParameterSetJSON, o.setJSON},
		{v1alpha1.ParameterSet, o.set},
		{v1alpha1.ParameterSetString, o.setString},
		{v1alpha1.ParameterSetFile, files},
		{v1alpha1.ParameterSetLiteral, o.setLiteral},
	} {
		for _, text := range group.texts {
			all = append(all, v1alpha1.ParameterSource{Type: group.kind, Text: text})
		}
	}
	return all, nil
}

// readAssigned replaces the files in PATH=FILE,… by their content, each an
// assignment of its own.
func readAssigned(flags []string) ([]string, error) {
	var out []string
	for _, flag := range flags {
		for _, pair := range splitUnescaped(flag, ',') {
			parts := splitUnescaped(pair, '=')
			if len(parts) < 2 {
				return nil, usage("--set-file %q has no FILE: it should be PATH=FILE", flag)
			}
			path := parts[0]
			text, err := os.ReadFile(unescape(pair[len(path)+1:]))
			if err != nil {
				return nil, usage("reading the file of --set-file %s: %w", path, err)
			}
			out = append(out, fmt.Sprintf("%s=%s", path, text))
		}
	}
	return out, nil
}

// splitUnescaped cuts text at each separator without a backslash before it, and
// leaves the backslashes.
func splitUnescaped(text string, separator byte) []string {
	var parts []string
	start := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case separator:
			parts = append(parts, text[start:i])
			start = i + 1
		}
	}
	return append(parts, text[start:])
}

// unescape drops each backslash and keeps what follows it.
func unescape(text string) string {
	var out strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] == '\\' && i+1 < len(text) {
			i++
		}
		out.WriteByte(text[i])
	}
	return out.String()
}

func lastIndex(list []string, item string) int {
	for i, found := range slices.Backward(list) {
		if found == item {
			return i
		}
	}
	return -1
}
