package progress

import (
	"cmp"
	"fmt"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/cmd/helm/terminal"
)

// live redraws one line an object.
type live struct {
	block *terminal.Block
}

func (l *live) See(d *v1alpha1.ChartDeployment) {
	l.block.Draw(layout(d, l.block.Room()))
}

func (l *live) Close() { l.block.Close() }

// layout makes at most room lines: a heading, and the objects. Where they are
// too many, the healthy ones are only counted, and the rest is cut off.
func layout(d *v1alpha1.ChartDeployment, room int) []terminal.Row {
	objects := d.Status.Objects
	healthy := 0
	var busy []v1alpha1.ObjectStatus
	for _, o := range objects {
		if o.Health == v1alpha1.HealthHealthy {
			healthy++
		} else {
			busy = append(busy, o)
		}
	}
	rows := []terminal.Row{{Text: heading(d, healthy)}}
	if len(objects) > room-1 {
		objects = busy
	}
	hidden := 0
	if over := len(objects) - (room - 1); over > 0 {
		hidden = over + 1 // one more for the line that tells of them
		objects = objects[:max(len(objects)-hidden, 0)]
	}
	width := 0
	for _, o := range objects {
		width = max(width, len(Object(o, d.Namespace)))
	}
	for _, o := range objects {
		text := fmt.Sprintf("  %-*s  %s", width, Object(o, d.Namespace), cmp.Or(state(o), "pending"))
		rows = append(rows, terminal.Row{Text: text, Tint: tint(o.Health)})
	}
	if hidden > 0 && room > 1 {
		rows = append(rows, terminal.Row{Text: fmt.Sprintf("  and %d more", hidden)})
	}
	return rows
}

func heading(d *v1alpha1.ChartDeployment, healthy int) string {
	text := d.Name
	if operation := d.Status.Operation; operation != nil {
		text = fmt.Sprintf("%s %s: %s", operation.Type, d.Name, operation.Step)
	}
	if total := len(d.Status.Objects); total > 0 {
		text += fmt.Sprintf(", %d of %d objects healthy", healthy, total)
	}
	return text
}

func tint(health v1alpha1.Health) terminal.Tint {
	switch health {
	case v1alpha1.HealthHealthy:
		return terminal.Green
	case v1alpha1.HealthInProgress:
		return terminal.Yellow
	case v1alpha1.HealthUnhealthy:
		return terminal.Red
	}
	return terminal.Plain
}
