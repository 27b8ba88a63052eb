package chart

import (
	"fmt"
	"slices"
	"strings"

	"github.com/Masterminds/semver/v3"

	"github.com/helm-dm/helm-dm/chart/fault"
	"github.com/helm-dm/helm-dm/chart/values"
)

// Bounds of what Configure makes of a chart: aliases of charts with aliases
// multiply, each with values of its own, and import-values copy values.
const (
	maxCharts = 1000
	maxValues = 2_000_000 // maps, lists and plain values
)

// room is what Configure may still make.
type room struct{ charts, values int }

func (r *room) takeCharts(n int) error {
	if r.charts -= n; r.charts < 0 {
		return fault.TooLarge("charts and aliases add up to more than %d subcharts", maxCharts)
	}
	return nil
}

func (r *room) takeValues(m map[string]any) error {
	if r.values -= values.Count(m, r.values+1); r.values < 0 {
		return fault.TooLarge("the values of subcharts add up to more than %d", maxValues)
	}
	return nil
}

// Configure returns the chart as the user's values shape it (S7 to S9): its
// declared subcharts aliased, those that tags and conditions turn off gone, and
// the values that parents import among their defaults.
//
// Every declared subchart must be there, in some version (S10).
func (c *Chart) Configure(user map[string]any) (*Chart, error) {
	if err := c.checkDependencies(); err != nil {
		return nil, err
	}
	left := &room{maxCharts, maxValues}
	enabled, err := c.enable(user, "", left)
	if err != nil {
		return nil, fmt.Errorf("configuring chart %q: %w", c.Name(), err)
	}
	out, err := enabled.importAll(left)
	if err != nil {
		return nil, fmt.Errorf("importing values into chart %q: %w", c.Name(), err)
	}
	return out, nil
}

func (c *Chart) checkDependencies() error {
	missing := c.Missing()
	if missing == nil {
		return nil
	}
	return fault.Invalid("chart %q declares dependencies that are missing in charts/: %s", c.Name(), strings.Join(missing, ", "))
}

// Missing are the names of the subcharts that this chart declares and does not
// have in any version (S10), nil when it is complete.
func (c *Chart) Missing() []string {
	var missing []string
	for _, d := range c.metadata.Dependencies {
		if !c.hasSubchart(d.Name) {
			missing = append(missing, d.Name)
		}
	}
	return missing
}

// Present returns the chart with only those of its dependencies declared that it
// has, so that it can be configured.
func (c *Chart) Present() *Chart {
	if c.Missing() == nil {
		return c
	}
	out := *c
	out.metadata = c.metadata.clone()
	out.metadata.Dependencies = slices.DeleteFunc(out.metadata.Dependencies, func(d *Dependency) bool {
		return !c.hasSubchart(d.Name)
	})
	return &out
}

// enable selects the subcharts. root are the values of the root chart and path is
// where in them the values of c are: empty, or names that each end in a dot.
func (c *Chart) enable(root map[string]any, path string, left *room) (*Chart, error) {
	if c.metadata.Dependencies == nil {
		return c, nil
	}
	if err := left.takeCharts(len(c.metadata.Dependencies)); err != nil {
		return nil, err
	}
	out := *c
	out.metadata = c.metadata.clone()
	out.dependencies = c.declared(out.metadata.Dependencies)
	for _, sub := range out.dependencies {
		if err := left.takeValues(sub.values); err != nil {
			return nil, err
		}
	}
	coalesced, err := Coalesce(&out, root)
	if err != nil {
		return nil, err
	}
	out.dropDisabled(coalesced, path)
	for i, sub := range out.dependencies {
		if out.dependencies[i], err = sub.enable(coalesced, path+sub.Name()+".", left); err != nil {
			return nil, err
		}
	}
	return &out, nil
}

// declared returns the subcharts that no entry of list selects, then the one
// that each entry selects, under its alias. The entries take the aliases as names.
func (c *Chart) declared(list []*Dependency) []*Chart {
	var out []*Chart
	for _, sub := range c.dependencies {
		if !sub.selectedByAny(list) {
			out = append(out, sub)
		}
	}
	for _, d := range list {
		for _, sub := range c.dependencies {
			if sub.selectedBy(d) {
				out = append(out, sub.renamed(d.key()))
				break
			}
		}
		d.Name = d.key()
	}
	return out
}

func (c *Chart) selectedByAny(list []*Dependency) bool {
	for _, d := range list {
		if c.selectedBy(d) {
			return true
		}
	}
	return false
}

func (c *Chart) selectedBy(d *Dependency) bool {
	return c.Name() == d.Name && Satisfies(c.Version(), d.Version)
}

// Satisfies says whether a version lies in a range such as ">=1.2 <3 || 4.x".
// It is false when either cannot be read.
func Satisfies(version, constraint string) bool {
	wanted, err := semver.NewConstraint(constraint)
	if err != nil {
		return false
	}
	given, err := semver.NewVersion(version)
	return err == nil && wanted.Check(given)
}

func (c *Chart) renamed(name string) *Chart {
	if c.Name() == name {
		return c
	}
	out := *c
	out.metadata = c.metadata.clone()
	out.metadata.Name = name
	return &out
}

// dropDisabled applies tags, then conditions, and keeps what is enabled (S8).
func (c *Chart) dropDisabled(coalesced map[string]any, path string) {
	tags, _ := values.Table(coalesced, "tags")
	disabled := map[string]bool{}
	var kept []*Dependency // nil when all are off: then nothing is imported either
	for _, d := range c.metadata.Dependencies {
		d.Enabled = d.enabledByTags(tags)
		d.Enabled = d.enabledByCondition(coalesced, path)
		if d.Enabled {
			kept = append(kept, d)
		} else {
			disabled[d.Name] = true
		}
	}
	c.metadata.Dependencies = kept
	var subs []*Chart
	for _, sub := range c.dependencies {
		if !disabled[sub.Name()] {
			subs = append(subs, sub)
		}
	}
	c.dependencies = subs
}

func (d *Dependency) enabledByTags(tags map[string]any) bool {
	enabled := true
	for _, tag := range d.Tags {
		switch on, ok := tags[tag].(bool); {
		case ok && on:
			return true
		case ok:
			enabled = false
		}
	}
	return enabled
}

// enabledByCondition takes the first of the paths that leads to a boolean.
func (d *Dependency) enabledByCondition(coalesced map[string]any, path string) bool {
	for condition := range strings.SplitSeq(strings.TrimSpace(d.Condition), ",") {
		value, _ := values.Lookup(coalesced, path+condition)
		if on, ok := value.(bool); ok && condition != "" {
			return on
		}
	}
	return d.Enabled
}
