package progress

import (
	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/cmd/helm/terminal"
)

// Progress shows one operation. It is for one goroutine.
type Progress interface {
	// See shows the deployment's present state.
	See(d *v1alpha1.ChartDeployment)
	// Close ends what changes in place.
	Close()
}

// New returns the progress that suits the screen.
func New(screen *terminal.Screen) Progress {
	if screen.Animated() {
		return &live{terminal.NewBlock(screen)}
	}
	return &lines{screen: screen}
}

// lines writes one line a change. The objects as they were when the operation
// began are no change.
type lines struct {
	screen *terminal.Screen
	step   v1alpha1.Step
	told   map[v1alpha1.ObjectStatus]string // state by identity; nil at first
}

func (l *lines) See(d *v1alpha1.ChartDeployment) {
	operation := d.Status.Operation
	news := operation != nil && operation.Step != l.step
	if news {
		l.step = operation.Step
	}
	last := l.step == v1alpha1.StepDone || l.step == v1alpha1.StepFailed
	if news && !last {
		l.screen.Note("%s", l.step)
	}
	l.objects(d)
	if news && last {
		l.screen.Note("%s", l.step)
	}
}

func (l *lines) objects(d *v1alpha1.ChartDeployment) {
	began := l.told == nil
	if began {
		l.told = map[v1alpha1.ObjectStatus]string{}
	}
	for _, o := range d.Status.Objects {
		id := v1alpha1.ObjectStatus{APIVersion: o.APIVersion, Kind: o.Kind, Namespace: o.Namespace, Name: o.Name}
		if text := state(o); text != l.told[id] {
			l.told[id] = text
			if began {
				continue
			}
			l.screen.Note("%s: %s", Object(o, d.Namespace), text)
		}
	}
}

func (l *lines) Close() {}
