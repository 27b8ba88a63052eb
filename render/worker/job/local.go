package job

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"

	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/chart/values"
	"github.com/helm-dm/helm-dm/render"
)

// Local does jobs in the process that asks, as many at once as it is asked. It
// has no budgets but those of package render: an endless template is not
// interrupted. Before the templates, Options.Began is told the chart's name, once
// it is loaded. The zero value is ready.
type Local struct {
	// CacheCount and CacheBytes bound the parsed charts that are kept, and the
	// memory that they are reckoned to take; defaults 64 and 48 MiB.
	CacheCount int
	CacheBytes int64

	mu    sync.Mutex
	cache shelf
}

// Inspect is that of Worker.
func (l *Local) Inspect(ctx context.Context, p Package) (*Facts, error) {
	c, err := l.load(ctx, p)
	if err != nil {
		return nil, err
	}
	return c.facts, nil
}

// Render is that of Worker.
func (l *Local) Render(ctx context.Context, r *Request) (*Result, error) {
	c, err := l.load(ctx, r.Chart)
	if err != nil {
		return nil, err
	}
	if r.Options.Began != nil {
		r.Options.Began(c.facts.Metadata.Name)
	}
	given, err := values.Merge(r.Parameters)
	if err != nil {
		return nil, fmt.Errorf("reading parameters: %w", err)
	}
	encoded, err := encode("parameters", given)
	if err != nil {
		return nil, err
	}
	output, err := c.prepared.Render(ctx, given, r.Options)
	if err != nil {
		return nil, err
	}
	return &Result{Facts: c.facts, Values: encoded, Output: output}, nil
}

var _ Worker = (*Local)(nil)

// load takes a chart from the cache, or opens its package.
func (l *Local) load(ctx context.Context, p Package) (*loaded, error) {
	l.mu.Lock()
	kept := l.cache.take(p.Digest)
	l.mu.Unlock()
	if kept != nil {
		return kept, nil
	}
	data, err := p.Open(ctx)
	if err != nil {
		return nil, err
	}
	c, err := open(p.Digest, data)
	if err != nil {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cache.put(c, l.CacheCount, l.CacheBytes)
	return c, nil
}

// loaded is a parsed chart with what is told of it.
type loaded struct {
	digest   string
	size     int64 // that it is reckoned to take, in bytes
	prepared *render.Prepared
	facts    *Facts
}

func open(digest string, data []byte) (*loaded, error) {
	if got := chart.Digest(data); got != digest {
		return nil, fmt.Errorf("reading package %q: %w: its bytes have digest %s", digest, chart.ErrInvalid, got)
	}
	c, err := chart.LoadBytes(data, chart.Limits{})
	if err != nil {
		return nil, err
	}
	defaults, err := encode("values.yaml", c.Values())
	if err != nil {
		return nil, err
	}
	out := &loaded{digest: digest, size: weight(c), prepared: render.Prepare(c)}
	out.facts = &Facts{Metadata: c.Metadata(), Lock: c.Lock(), Values: defaults, Schema: c.Schema(), Library: c.IsLibrary()}
	return out, nil
}

// encode fails for numbers that JSON does not have.
func encode(what string, tree map[string]any) (json.RawMessage, error) {
	out, err := json.Marshal(tree)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w: a number is not finite", what, chart.ErrInvalid)
	}
	return out, nil
}
