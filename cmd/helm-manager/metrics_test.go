package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"k8s.io/component-base/metrics"
	"k8s.io/component-base/metrics/testutil"

	"github.com/helm-dm/helm-dm/manager/source"
	"github.com/helm-dm/helm-dm/repo"
)

func TestMetrics(t *testing.T) {
	t.Parallel()
	r := newRequests()
	registry := metrics.NewKubeRegistry()
	registry.MustRegister(r.durations, r.bytes)
	registry.CustomMustRegister(newContents(func() source.Size { return source.Size{Repositories: 5, Failing: 2, Charts: 30, Versions: 400} }))
	r.Observe("https", "fetch", time.Second, 1000, nil)
	r.Observe("https", "fetch", time.Second, 24, nil)
	r.Observe("oci", "list", time.Minute, 0, fmt.Errorf("at https://example.com/secret: %w", repo.ErrUnauthorized))
	want := `
# HELP helm_catalog_charts [ALPHA] Charts in the catalogue.
# TYPE helm_catalog_charts gauge
helm_catalog_charts 30
# HELP helm_catalog_repositories [ALPHA] Repositories that administrators added, by whether the last attempt to read them failed.
# TYPE helm_catalog_repositories gauge
helm_catalog_repositories{failing="false"} 3
helm_catalog_repositories{failing="true"} 2
# HELP helm_catalog_versions [ALPHA] Versions of charts in the catalogue.
# TYPE helm_catalog_versions gauge
helm_catalog_versions 400
# HELP helm_repository_package_bytes_total [ALPHA] Bytes of chart packages that went to and from repositories, by the protocol and the operation.
# TYPE helm_repository_package_bytes_total counter
helm_repository_package_bytes_total{kind="https",operation="fetch"} 1024
helm_repository_package_bytes_total{kind="oci",operation="list"} 0
`
	if err := testutil.GatherAndCompare(registry, strings.NewReader(want), "helm_catalog_charts", "helm_catalog_repositories", "helm_catalog_versions", "helm_repository_package_bytes_total"); err != nil {
		t.Error(err)
	}
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range families {
		if text := family.String(); strings.Contains(text, "example.com") {
			t.Errorf("a metric names a repository: %s", text)
		}
	}
}

func TestOutcomes(t *testing.T) {
	t.Parallel()
	for want, err := range map[string]error{
		"ok":           nil,
		"unchanged":    repo.ErrUnchanged,
		"unlisted":     repo.ErrUnlisted,
		"not_found":    repo.Fail(repo.ErrNotFound, "gone"),
		"unauthorized": repo.ErrUnauthorized,
		"refused":      repo.ErrRefused,
		"exists":       repo.ErrExists,
		"invalid":      repo.ErrInvalid,
		"too_large":    repo.ErrTooLarge,
		"unavailable":  repo.ErrUnavailable,
		"timeout":      fmt.Errorf("reading: %w", context.DeadlineExceeded),
		"canceled":     context.Canceled,
		"failed":       errors.New("anything"),
	} {
		if got := outcome(err); got != want {
			t.Errorf("%v is %q, want %q", err, got, want)
		}
	}
}
