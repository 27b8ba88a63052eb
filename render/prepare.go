package render

import (
	"context"

	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/chart/schema"
)

// Prepared is a chart made ready to be rendered many times: what depends on the
// chart alone is worked out once and kept. It carries nothing from one rendering
// to the next and may be used by any number of goroutines.
type Prepared struct {
	chart   *chart.Chart
	schemas schema.Validator
	shelf   shelf
}

// Prepare makes c ready. It does no work yet: the first rendering does.
func Prepare(c *chart.Chart) *Prepared { return &Prepared{chart: c} }

// Chart is the chart as it was loaded.
func (p *Prepared) Chart() *chart.Chart { return p.chart }

// Render is Render for the prepared chart.
func (p *Prepared) Render(ctx context.Context, values map[string]any, options Options) (*Output, error) {
	configured, texts, err := p.execute(ctx, values, options)
	if err != nil {
		return nil, err
	}
	out := &Output{CRDs: definitions(configured, configured.Name())}
	out.Notes = takeNotes(texts, configured.Name()+"/templates/NOTES.txt", options.SubchartNotes)
	if out.Manifests, out.Hooks, err = sortOut(texts); err != nil {
		return nil, err
	}
	out.Manifest = join(out.Manifests)
	return out, nil
}

// Texts is Render without its last step: it returns what each template made, by
// its path from the root chart, notes included, whether or not it is YAML.
func (p *Prepared) Texts(ctx context.Context, values map[string]any, options Options) (map[string]string, error) {
	_, texts, err := p.execute(ctx, values, options)
	return texts, err
}

// execute returns the chart as the values shape it and what its templates made.
func (p *Prepared) execute(ctx context.Context, values map[string]any, options Options) (*chart.Chart, map[string]string, error) {
	if err := checkRoot(p.chart, options); err != nil {
		return nil, nil, err
	}
	configured, err := p.chart.Configure(values)
	if err != nil {
		return nil, nil, err
	}
	coalesced, err := chart.Coalesce(configured, values)
	if err != nil {
		return nil, nil, err
	}
	if !options.SkipSchema {
		if err := p.schemas.Validate(configured, coalesced); err != nil {
			return nil, nil, err
		}
	}
	shape := shapeOf(configured)
	program := p.shelf.take(shape)
	if program == nil {
		if program, err = compile(configured, shape); err != nil {
			return nil, nil, err
		}
	}
	texts, err := program.run(ctx, newScopes(configured, program.files, coalesced, options), options)
	p.shelf.put(program)
	return configured, texts, err
}
