package terminal

import (
	"fmt"
	"strings"
	"text/tabwriter"
)

// Table answers with rows below a heading, in columns. An empty cell shows as a
// dash.
func (s *Screen) Table(heading []string, rows [][]string) error {
	columns := tabwriter.NewWriter(s.Out, 0, 0, 3, ' ', 0)
	fmt.Fprintln(columns, strings.Join(heading, "\t"))
	for _, row := range rows {
		cells := make([]string, len(row))
		for i, cell := range row {
			if cells[i] = strings.TrimSpace(Clean(cell)); cells[i] == "" {
				cells[i] = "-"
			}
		}
		fmt.Fprintln(columns, strings.Join(cells, "\t"))
	}
	return columns.Flush()
}
