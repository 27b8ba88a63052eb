package render

import "fmt"

// BudgetError says which bound a rendering went beyond, and where.
type BudgetError struct {
	Chart    string // name of the chart that the template belongs to, empty when none had begun
	Template string // path from the root chart, empty when none had begun
	Budget   string // what ran out: output, generated data, nesting; in a worker also time, memory, stack
	Limit    string // the bound with its unit
}

func (e *BudgetError) Error() string {
	if e.Template == "" {
		return fmt.Sprintf("rendering went beyond its budget of %s (%s)", e.Budget, e.Limit)
	}
	return fmt.Sprintf("rendering %s of chart %q went beyond its budget of %s (%s)", e.Template, e.Chart, e.Budget, e.Limit)
}
