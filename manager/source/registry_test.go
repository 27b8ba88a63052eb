package source_test

import (
	"strings"
	"testing"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/repo/repotest"
)

// TestVersionsInARegistry wants versions to mean there what they mean everywhere:
// the one of exactly that name, else a range.
func TestVersionsInARegistry(t *testing.T) {
	t.Parallel()
	r := repotest.NewRegistry(t, repotest.RegistryOptions{})
	h := open(t)
	at := r.Location(t, "team").String()
	h.add(v1alpha1.RepositorySpec{URL: at, CABundle: r.CA()})
	digests := map[string]string{}
	for _, version := range []string{"0.2.0", "0.2.7", "0.3.0+b.1", "1.0.0"} {
		data := web(t, "web", version).Data
		digests[version] = chart.Digest(data)
		if _, err := h.release(root(), v1alpha1.ChartReleaseSpec{Destination: at, Digest: h.upload(root(), data)}); err != nil {
			t.Fatal(err)
		}
	}
	short, long := "helm:"+r.Host()+"/team/web", "oci://"+r.Host()+"/team/web"
	for text, version := range map[string]string{
		short: "1.0.0", short + "#0.2.0": "0.2.0", short + "#0.2": "0.2.7", short + "#0": "0.3.0+b.1", short + "#v0.2.0": "0.2.0",
		short + "#0.3.0": "0.3.0+b.1", long + "#~0.2": "0.2.7", long + ":0.2.0": "0.2.0",
		long + ":0.2.0@" + digests["0.2.0"]: "0.2.0", long + "@" + digests["0.2.7"]: "0.2.7",
	} {
		got, err := h.Obtain(t.Context(), root(), text)
		if err != nil || got.Version != version || got.Digest != digests[version] {
			t.Errorf("%s is %+v (%v), want %s", text, got, err, version)
		}
	}
	_, err := h.Obtain(t.Context(), root(), short+"#7.0.0")
	wantReason(t, err, v1alpha1.ReasonNotFound, "none of its 4 releases", short+"#1.0.0")
	if strings.Count(err.Error(), short) != 1 {
		t.Errorf("the chart is named more than once: %v", err)
	}
	_, err = h.Obtain(t.Context(), root(), long+":0.2.0@"+digests["1.0.0"])
	wantReason(t, err, v1alpha1.ReasonInvalid, "web 1.0.0, not web 0.2.0")
}
