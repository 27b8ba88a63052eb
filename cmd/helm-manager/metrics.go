package main

import (
	"context"
	"errors"
	"time"

	"k8s.io/component-base/metrics"
	"k8s.io/component-base/metrics/legacyregistry"

	"github.com/helm-dm/helm-dm/manager/source"
	"github.com/helm-dm/helm-dm/repo"
)

// requests measures the requests to repositories. Its labels have few values and
// never name a repository: whoever may read the metrics need not know them.
type requests struct {
	durations *metrics.HistogramVec
	bytes     *metrics.CounterVec
}

func newRequests() *requests {
	return &requests{
		durations: metrics.NewHistogramVec(&metrics.HistogramOpts{
			Name: "helm_repository_request_duration_seconds", StabilityLevel: metrics.ALPHA,
			Help:    "Time that requests to repositories took, by the protocol, the operation (list, find, fetch, keep) and the outcome.",
			Buckets: []float64{.01, .03, .1, .3, 1, 3, 10, 30, 100},
		}, []string{"kind", "operation", "outcome"}),
		bytes: metrics.NewCounterVec(&metrics.CounterOpts{
			Name: "helm_repository_package_bytes_total", StabilityLevel: metrics.ALPHA,
			Help: "Bytes of chart packages that went to and from repositories, by the protocol and the operation.",
		}, []string{"kind", "operation"}),
	}
}

// register puts them, and others, among the metrics that the process serves.
func (r *requests) register(others metrics.StableCollector) {
	legacyregistry.MustRegister(r.durations, r.bytes)
	legacyregistry.CustomMustRegister(others)
}

// Observe is that of layer.Observer.
func (r *requests) Observe(kind, operation string, d time.Duration, bytes int, err error) {
	r.durations.WithLabelValues(kind, operation, outcome(err)).Observe(d.Seconds())
	r.bytes.WithLabelValues(kind, operation).Add(float64(bytes))
}

func outcome(err error) string {
	for _, known := range []struct {
		err  error
		name string
	}{
		{nil, "ok"},
		{repo.ErrUnchanged, "unchanged"},
		{repo.ErrUnlisted, "unlisted"},
		{repo.ErrNotFound, "not_found"},
		{repo.ErrUnauthorized, "unauthorized"},
		{repo.ErrRefused, "refused"},
		{repo.ErrExists, "exists"},
		{repo.ErrInvalid, "invalid"},
		{repo.ErrTooLarge, "too_large"},
		{repo.ErrUnavailable, "unavailable"},
		{context.DeadlineExceeded, "timeout"},
		{context.Canceled, "canceled"},
	} {
		if errors.Is(err, known.err) {
			return known.name
		}
	}
	return "failed"
}

// contents tells, whenever it is asked, how much the catalogue holds.
type contents struct {
	metrics.BaseStableCollector
	size                           func() source.Size
	repositories, charts, versions *metrics.Desc
}

func newContents(size func() source.Size) *contents {
	describe := func(name, help string, labels ...string) *metrics.Desc {
		return metrics.NewDesc(name, help, labels, nil, metrics.ALPHA, "")
	}
	return &contents{
		size:         size,
		repositories: describe("helm_catalog_repositories", "Repositories that administrators added, by whether the last attempt to read them failed.", "failing"),
		charts:       describe("helm_catalog_charts", "Charts in the catalogue."),
		versions:     describe("helm_catalog_versions", "Versions of charts in the catalogue."),
	}
}

// DescribeWithStability is that of metrics.StableCollector.
func (c *contents) DescribeWithStability(descriptions chan<- *metrics.Desc) {
	for _, d := range []*metrics.Desc{c.repositories, c.charts, c.versions} {
		descriptions <- d
	}
}

// CollectWithStability is that of metrics.StableCollector.
func (c *contents) CollectWithStability(found chan<- metrics.Metric) {
	size := c.size()
	gauge := func(d *metrics.Desc, n int, labels ...string) {
		found <- metrics.NewLazyConstMetric(d, metrics.GaugeValue, float64(n), labels...)
	}
	gauge(c.repositories, size.Repositories-size.Failing, "false")
	gauge(c.repositories, size.Failing, "true")
	gauge(c.charts, size.Charts)
	gauge(c.versions, size.Versions)
}
