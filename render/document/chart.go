package document

import "strings"

// ChartOf returns the name of the chart that a template belongs to, by the
// template's path from the root chart.
func ChartOf(template string) string {
	if i := strings.LastIndex(template, "/charts/"); i >= 0 {
		template = template[i+len("/charts/"):]
	}
	name, _, _ := strings.Cut(template, "/")
	return name
}
