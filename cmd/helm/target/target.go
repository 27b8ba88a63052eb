package target

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
)

// ErrInvalid is matched by every error of this package.
var ErrInvalid = errors.New("invalid configuration file")

// File is one configuration file.
type File struct {
	Name string
	Text []byte
}

// Target is one deployment that configuration files describe. What they do not
// say is empty.
type Target struct {
	Chart      string
	Deployment string
	Namespace  string
	// Values are YAML documents in the order in which they are to be merged.
	Values []string
}

// Parse reads the files in their order. It returns at least one target: without
// any header, one that has values alone.
func Parse(files []File) ([]Target, error) {
	targets := []Target{{}}
	headed := false
	for _, file := range files {
		for _, document := range split(file.Text) {
			header, found, err := readHeader(document)
			if err == nil {
				err = checkValues(document)
			}
			if err != nil {
				return nil, fmt.Errorf("reading configuration file %q: %w", file.Name, err)
			}
			if found && headed {
				targets = append(targets, Target{})
			}
			last := &targets[len(targets)-1]
			if found {
				headed = true
				last.Chart, last.Deployment, last.Namespace = header.Chart, header.Deployment, header.Namespace
			}
			last.Values = append(last.Values, document)
		}
	}
	return targets, nil
}

// Select returns the targets to handle when the caller named a deployment: the
// only target, whatever it is called, or the one of that name. With no name it
// returns all.
func Select(targets []Target, name string) ([]Target, error) {
	if name == "" || len(targets) == 1 {
		return targets, nil
	}
	var names []string
	for _, t := range targets {
		if t.Deployment == name {
			return []Target{t}, nil
		}
		names = append(names, t.called())
	}
	return nil, invalid("no document is for deployment %q; there is one for %s", name, strings.Join(names, ", one for "))
}

// called is what the target is for, for people.
func (t Target) called() string {
	switch {
	case t.Deployment != "":
		return fmt.Sprintf("%q", t.Deployment)
	case t.Chart != "":
		return fmt.Sprintf("the chart %q under any name", t.Chart)
	}
	return "nothing in particular"
}

// split cuts a YAML stream at its document markers and drops what is blank. A
// marker stands at the start of a line, where no value can hold its like.
func split(text []byte) []string {
	var documents []string
	var current strings.Builder
	end := func() {
		if strings.TrimSpace(current.String()) != "" {
			documents = append(documents, current.String())
		}
		current.Reset()
	}
	for line := range bytes.Lines(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))) {
		rest, ok := bytes.CutPrefix(line, []byte("---"))
		if ok && (len(rest) == 0 || strings.ContainsRune(" \t\r\n", rune(rest[0]))) {
			end()
			line = bytes.TrimLeft(rest, " \t\r\n")
		}
		current.Write(line)
	}
	end()
	return documents
}
