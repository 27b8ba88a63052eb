package target

import (
	"fmt"
	"strings"
)

// readHeader looks for the header in a document's leading comments and says
// whether there was one.
func readHeader(document string) (Target, bool, error) {
	var header Target
	fields := map[string]*string{
		"@chart":      &header.Chart,
		"@deployment": &header.Deployment,
		"@namespace":  &header.Namespace,
	}
	found := false
	for line := range strings.Lines(document) {
		line = strings.TrimSpace(line)
		comment, ok := strings.CutPrefix(line, "#")
		if !ok && line != "" {
			break
		}
		words := strings.Fields(comment)
		if len(words) == 0 || fields[words[0]] == nil {
			continue
		}
		field := fields[words[0]]
		if len(words) != 2 {
			return Target{}, false, invalid("the comment %q needs one word after %s", line, words[0])
		}
		if *field != "" {
			return Target{}, false, invalid("a document says %s twice: %q and %q", words[0], *field, words[1])
		}
		*field, found = words[1], true
	}
	return header, found, nil
}

// fault has a text of its own and the kind ErrInvalid.
type fault struct{ error }

func (f fault) Is(kind error) bool { return kind == ErrInvalid }

func invalid(format string, args ...any) error {
	return fault{fmt.Errorf(format, args...)}
}
