package parameter

import (
	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/chart/fault"
	"github.com/helm-dm/helm-dm/chart/values"
)

// Bounds of a list. Charts in the wild have up to some thousand parameters;
// aliases of charts with aliases multiply.
const (
	maxParameters = 50_000
	maxCharts     = 1000
)

// List returns the parameters of a chart as loaded, each once: those of the
// chart itself in the order of its values.yaml, followed by those that only its
// schema knows, then those of its subcharts under the names by which the chart
// configures them. The globals of all charts are listed where they first occur.
// Subcharts are listed whether or not they are enabled; library charts have no
// parameters of their own.
//
// What a chart sets for its subchart is the default of the subchart's
// parameter. A map that is described as a whole is one parameter, and what is
// in it is listed only where it is described too. So it is with lists; other
// maps are no parameters, what is in them is.
//
// The error matches chart.ErrTooLarge: there are more than 50,000 parameters or
// 1,000 charts.
func List(c *chart.Chart) ([]Parameter, error) {
	l := &lister{index: map[string]int{}}
	l.chart(c, "", c.Values(), map[string]any{})
	if l.charts > maxCharts || len(l.list) > maxParameters {
		return nil, fault.TooLarge("listing the parameters of chart %q: there are more than %d, or more than %d subcharts", c.Name(), maxParameters, maxCharts)
	}
	return l.list, nil
}

// lister gathers the parameters of a chart and those below it.
type lister struct {
	list   []Parameter
	index  map[string]int // of names in list
	charts int
}

// full says that a bound is passed and there is no point in going on.
func (l *lister) full() bool { return l.charts > maxCharts || len(l.list) > maxParameters }

// add lists a parameter, or completes it when a chart further up has it.
func (l *lister) add(p Parameter) {
	if i, ok := l.index[p.Name]; ok {
		l.list[i] = l.list[i].completed(p)
		return
	}
	l.index[p.Name] = len(l.list)
	l.list = append(l.list, p)
}

// chart lists the parameters of c, whose names start with prefix, and of its
// subcharts. effective are its default values as the charts above set them.
func (l *lister) chart(c *chart.Chart, prefix string, effective, globals map[string]any) {
	if l.charts++; l.full() {
		return
	}
	effective = withGlobals(effective, globals)
	globals, _ = effective["global"].(map[string]any)
	subs := subcharts(c)
	if !c.IsLibrary() || prefix == "" {
		newRoom(l, c, prefix, subs).list(effective)
	} else {
		newRoom(l, c, prefix, subs).list(only(effective, "global"))
	}
	for _, sub := range subs {
		given, _ := effective[sub.name].(map[string]any)
		l.chart(sub.chart, prefix+escape(sub.name)+".", values.Overlay(sub.chart.Values(), given), globals)
	}
}

// withGlobals returns own with globals of a chart above laid over its own.
func withGlobals(own, globals map[string]any) map[string]any {
	if len(globals) == 0 {
		return own
	}
	return values.Overlay(own, map[string]any{"global": globals})
}

func only(table map[string]any, key string) map[string]any {
	if value, ok := table[key]; ok {
		return map[string]any{key: value}
	}
	return map[string]any{}
}

// subchart is a chart under the name by which its parent configures it.
type subchart struct {
	name  string
	chart *chart.Chart
}

// subcharts returns the declared ones in the order of Chart.yaml, under their
// aliases, then those that are merely there.
func subcharts(c *chart.Chart) []subchart {
	var out []subchart
	declared := map[*chart.Chart]bool{}
	for _, d := range c.Metadata().Dependencies {
		for _, sub := range c.Dependencies() {
			if sub.Name() != d.Name || !chart.Satisfies(sub.Version(), d.Version) {
				continue
			}
			name := d.Name
			if d.Alias != "" {
				name = d.Alias
			}
			out = append(out, subchart{name, sub})
			declared[sub] = true
			break
		}
	}
	for _, sub := range c.Dependencies() {
		if !declared[sub] {
			out = append(out, subchart{sub.Name(), sub})
		}
	}
	return out
}
