// Package table counts how cases ended and prints what came of them.
package table

import (
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/helm-dm/helm-dm/conformance/program"
	"github.com/helm-dm/helm-dm/conformance/trial"
	"github.com/helm-dm/helm-dm/conformance/verdict"
)

// Table is a sum of outcomes. The zero value is empty.
type Table struct {
	count        map[verdict.Verdict]int
	ours, theirs []program.Cost // of the cases that both rendered alike
}

// Add counts an outcome.
func (t *Table) Add(outcome trial.Outcome) {
	if t.count == nil {
		t.count = map[verdict.Verdict]int{}
	}
	t.count[outcome.Verdict]++
	if outcome.Verdict == verdict.Identical || outcome.Verdict == verdict.ByChance {
		t.ours = append(t.ours, outcome.Ours.Cost)
		t.theirs = append(t.theirs, outcome.Theirs.Cost)
	}
}

// Differing is the number of cases in which ours did not do as theirs.
func (t *Table) Differing() int {
	sum := 0
	for v, n := range t.count {
		if !v.Good() {
			sum += n
		}
	}
	return sum
}

// Print writes the table: the cases by verdict, then what both programs took for
// the cases that they render alike.
func (t *Table) Print(w io.Writer) error {
	out := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	total := 0
	for _, v := range verdict.All() {
		total += t.count[v]
		if n := t.count[v]; n > 0 {
			fmt.Fprintf(out, "%s\t%d\t\n", v, n)
		}
	}
	fmt.Fprintf(out, "cases\t%d\t\n\n", total)
	if len(t.ours) > 0 {
		fmt.Fprintf(out, "\tours\ttheirs\tratio\t\n")
		for _, m := range measures() {
			ours, theirs := m.of(t.ours), m.of(t.theirs)
			fmt.Fprintf(out, "%s\t%s\t%s\t%.2f\t\n", m.name, m.text(ours), m.text(theirs), ours/theirs)
		}
	}
	return out.Flush()
}

// measure reduces the costs of many runs to one number.
type measure struct {
	name string
	of   func([]program.Cost) float64
	text func(float64) string
}

func measures() []measure {
	wall := func(c program.Cost) float64 { return c.Wall.Seconds() }
	cpu := func(c program.Cost) float64 { return c.CPU.Seconds() }
	resident := func(c program.Cost) float64 { return float64(c.Resident) }
	return []measure{
		{"time, sum", func(c []program.Cost) float64 { return sum(each(c, wall)) }, seconds},
		{"time, median", func(c []program.Cost) float64 { return Median(each(c, wall)) }, seconds},
		{"time of processors, sum", func(c []program.Cost) float64 { return sum(each(c, cpu)) }, seconds},
		{"memory, median", func(c []program.Cost) float64 { return Median(each(c, resident)) }, megabytes},
		{"memory, most", func(c []program.Cost) float64 { return slices.Max(each(c, resident)) }, megabytes},
	}
}

func each(costs []program.Cost, number func(program.Cost) float64) []float64 {
	out := make([]float64, len(costs))
	for i, cost := range costs {
		out[i] = number(cost)
	}
	return out
}

func sum(numbers []float64) float64 {
	var out float64
	for _, n := range numbers {
		out += n
	}
	return out
}

// Median is the middle of numbers, the upper one of two; it sorts them.
func Median(numbers []float64) float64 {
	slices.Sort(numbers)
	return numbers[len(numbers)/2]
}

func seconds(n float64) string {
	return time.Duration(n * float64(time.Second)).Round(100 * time.Microsecond).String()
}

func megabytes(n float64) string { return fmt.Sprintf("%.1f MiB", n/(1<<20)) }
