package render

import (
	"cmp"
	"path"
	"slices"
	"strings"
	"text/template"

	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/render/function"
	"github.com/helm-dm/helm-dm/render/tree"
)

// program is the templates of a chart of one shape, parsed and bound to functions
// that act for the rendering of the moment. One rendering at a time may use it.
type program struct {
	shape []branch
	files []files        // of the charts in the order of the shape
	units []unit         // in the order of parsing and executing
	known map[string]any // the functions that templates may call
	host  function.Host
	room  *room
	pure  *tree.Purity // of the room
	now   *rendering   // nil between renderings
}

// unit is one template of one chart of the tree.
type unit struct {
	name  string // path from the root chart
	base  string // the path of the chart's templates folder
	text  string
	chart int // which of the shape's charts it belongs to
}

// partial says whether the unit is only parsed, for what it defines (S20).
func (u unit) partial() bool { return strings.HasPrefix(path.Base(u.name), "_") }

// compile makes the program of a configured chart.
func compile(c *chart.Chart, shape []branch) (*program, error) {
	p := &program{shape: shape}
	p.collect(c, c.Name())
	p.sort()
	functions := function.Map(&p.host)
	functions["lookup"] = func(apiVersion, kind, namespace, name string) (map[string]any, error) {
		return p.now.lookup(apiVersion, kind, namespace, name)
	}
	p.known = tree.Known(functions)
	set := template.New(textName).Option("missingkey=zero").Funcs(functions).Funcs(template.FuncMap{tree.ShowName: p.host.Show})
	p.room, p.pure = newRoom(p, set), tree.NewPurity(set)
	for _, u := range p.units {
		if _, err := p.room.add(u.name, u.text); err != nil {
			return nil, locate(u.name, err)
		}
	}
	return p, nil
}

// collect adds the templates and files of a chart and of its subcharts, in the
// order of the shape. folder is the path of the chart itself (S18).
func (p *program) collect(c *chart.Chart, folder string) {
	number := len(p.files)
	p.files = append(p.files, newFiles(c.Files()))
	for _, f := range c.Templates() {
		u := unit{name: path.Join(folder, f.Name), base: folder + "/templates", text: string(f.Data), chart: number}
		if !c.IsLibrary() || u.partial() {
			p.units = append(p.units, u)
		}
	}
	for _, sub := range c.Dependencies() {
		p.collect(sub, folder+"/charts/"+sub.Name())
	}
}

// sort puts the units in the order of parsing and executing: the deepest first,
// and among equals the last by name first (S19).
func (p *program) sort() {
	slices.SortStableFunc(p.units, func(a, b unit) int {
		return cmp.Or(
			cmp.Compare(strings.Count(b.name, "/"), strings.Count(a.name, "/")),
			cmp.Compare(b.name, a.name),
		)
	})
}
