package lint

import (
	"errors"
	"strings"

	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/chart/schema"
	"github.com/helm-dm/helm-dm/chart/values"
)

const (
	valuesName = "values.yaml"
	schemaName = "values.schema.json"
)

// values holds values.yaml against YAML, and the whole of the values against the
// schemas.
func (l *linter) values() {
	text, found := l.file(valuesName)
	if !found {
		l.add(Info, valuesName, 0, "the file is missing: it would hold the defaults, with comments")
	} else if _, err := values.Parse(text); err != nil {
		l.add(Error, valuesName, lineOf(text, err), "it is no values file: %s", reason(err))
		return
	}
	if l.rest == nil || l.SkipSchema {
		return
	}
	configured, err := l.rest.Configure(l.Values)
	if err != nil {
		return // rendering will tell
	}
	coalesced, err := chart.Coalesce(configured, l.Values)
	if err != nil {
		return // the same
	}
	var failed *schema.Error
	switch err := new(schema.Validator).Validate(configured, coalesced); {
	case errors.As(err, &failed):
		for _, failure := range failed.Failures {
			l.refused(failure)
		}
	case err != nil:
		l.add(Error, schemaName, 0, "%v", err)
	}
}

// refused tells what a schema has against the values, a finding a line.
func (l *linter) refused(failure schema.Failure) {
	file, whose := schemaName, ""
	if failure.Chart != l.Chart.Name() {
		file, whose = valuesName, "of the values of "+failure.Chart+": "
	}
	for line := range strings.Lines(failure.Err.Error()) {
		l.add(Error, file, 0, "%s%s", whose, strings.TrimPrefix(strings.TrimSpace(line), "- "))
	}
}
