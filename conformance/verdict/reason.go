package verdict

import (
	"regexp"
	"strings"
)

// reason is why Helm refused, as far as another program can be expected to agree:
// texts that its error must hold too. None means that the reason is not known.
type reason []string

// hint is what Helm adds to the errors of templates.
const hint = "\n\nUse --debug flag"

// said matches how Helm reports the message of fail and required.
var said = regexp.MustCompile(`(?s)^execution error at \((\S+?:\d+)(?::\d+)?\): (.*)$`)

// place matches the lines of templates in the errors of Helm: the last is the
// innermost.
var place = regexp.MustCompile(`[\w.+/-]+/templates/[^\s:()"]+:\d+`)

// subject is a failure that happens at no line of a template.
type subject struct {
	theirs *regexp.Regexp
	ours   string // what ours says, in lower case; $1 is the first group of theirs
}

// subjects are the failures that Helm reports without a line. The first that
// matches counts.
func subjects() []subject {
	table := [][2]string{
		{`YAML parse error on (\S+):`, "$1"},
		{`parse error at \((\S+?:\d+)\)`, "$1"},
		{`missing in charts/ directory: ([^\s,]+)`, "$1"},
		{`library charts are not installable`, "library"},
		{`incompatible with Kubernetes`, "kubeversion"},
		{`specifications of the schema`, "schema"},
		{`invalid chart apiVersion|unsupported chart dependency type`, "apiversion"},
		{`chart\.metadata\.(\w+)`, "$1"},
		{`cannot load (\S+):`, "$1"},
		{`(no template "\S+" associated)`, "$1"},
		{`unsupported chart version`, "apiversion"},
		{`type mismatch on (\S+):`, `"$1"`},
		{`dependency with name or alias ("\S+")`, "$1"},
		{`disallowed characters in the alias`, "alias"},
		{`could not find template (\S+) in chart`, "$1"},
		{`invalid kube version '(\S+)'`, "$1"},
		{`invalid release name|release name is invalid`, "name"},
		{`failed to parse (\S+):`, "$1"},
		{`failed parsing --(\S+) data`, "$1"},
		{`does not appear to be a gzipped archive`, "package"},
		{`no Chart.yaml found`, "package"},
		{`unable to detect chart at`, "chart.yaml"},
		{`requires at least 1 argument`, "arguments"},
		{`path "(\S+)" not found`, "$1"},
		{`open (\S+): no such file`, "$1"},
		{`form of repo_name/path_to_chart, got: (\S+)`, "$1"},
	}
	out := make([]subject, len(table))
	for i, row := range table {
		out[i] = subject{regexp.MustCompile(row[0]), row[1]}
	}
	return out
}

// reasonOf reads an error of Helm.
func reasonOf(stderr string) reason {
	text, _, _ := strings.Cut(stderr, hint)
	if _, after, ok := strings.Cut(text, "Error: "); ok {
		text = after
	}
	text = strings.TrimSpace(text)
	if parts := said.FindStringSubmatch(text); parts != nil {
		return append(reason{parts[1]}, paragraphs(parts[2])...)
	}
	if places := place.FindAllString(text, -1); places != nil {
		return reason{places[len(places)-1]}
	}
	for _, s := range subjects() {
		if at := s.theirs.FindStringSubmatchIndex(text); at != nil {
			return reason{strings.ToLower(string(s.theirs.ExpandString(nil, s.ours, text, at)))}
		}
	}
	return nil
}

// paragraphs are the lines of a message. Ours says them on one line.
func paragraphs(message string) []string {
	var out []string
	for line := range strings.Lines(message) {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

// heldBy says whether another program's error gives the reason too.
func (r reason) heldBy(stderr string) bool {
	for _, text := range r {
		if !strings.Contains(stderr, text) && !strings.Contains(strings.ToLower(stderr), text) {
			return false
		}
	}
	return r != nil
}
