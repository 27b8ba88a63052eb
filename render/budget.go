package render

import "fmt"

// BudgetError says which bound a rendering went beyond, and where.
type BudgetError struct {
	Chart    string // name of the chart that the template belongs to; from a worker that had not loaded it, its digest
	Template string // path from the root chart, empty when none had begun
	Budget   string // what ran out: output, generated data, nesting; in a worker also time, memory, stack
	Limit    string // the bound with its unit
}

func (e *BudgetError) Error() string {
	what := "rendering"
	if e.Template != "" {
		what += " " + e.Template + " of"
	}
	return fmt.Sprintf("%s chart %q went beyond its budget of %s (%s)", what, e.Chart, e.Budget, e.Limit)
}
