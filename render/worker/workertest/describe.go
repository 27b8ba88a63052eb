package workertest

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/chart/parameter"
	"github.com/helm-dm/helm-dm/render/worker/job"
)

func describesAlike(t *testing.T, w job.Worker) {
	const reference = "helm:example.com/foo/web#1.2.3"
	text := "# @deployment mine\n# count is how many.\ncount: 3\nlist: [a]\n# -- How loud\n# it is\nlevel: low\npassword: hunter2\n"
	data := Pack(t, map[string]string{
		"Chart.yaml":             "apiVersion: v2\nname: web\nversion: 1.2.3\ndependencies: [{name: sub, version: 0.1.0}]\n",
		"values.yaml":            text,
		"values.schema.json":     `{"properties": {"level": {"enum": ["low", "high"]}, "count": {"minimum": 1}}, "required": ["count"]}`,
		"README.md":              "# Web\n\nIt serves: <b>\xff",
		"charts/sub/Chart.yaml":  "apiVersion: v2\nname: sub\nversion: 0.1.0\n",
		"charts/sub/values.yaml": "below: true\n",
		"charts/sub/README.md":   "another",
	})
	c, err := chart.LoadBytes(data, chart.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	want, err := parameter.List(c)
	if err != nil {
		t.Fatal(err)
	}
	got, err := w.Describe(t.Context(), Parcel(data), reference)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got.Parameters, want) || len(want) != 5 {
		t.Errorf("parameters %+v\nwant       %+v", got.Parameters, want)
	}
	if got.Facts.Metadata.Version != "1.2.3" || got.Values != text || got.Readme != "# Web\n\nIt serves: <b>\xff" {
		t.Errorf("metadata %+v, values %q, readme %q", got.Facts.Metadata, got.Values, got.Readme)
	}
	if wanted := parameter.Commented(c, reference); string(got.Commented) != string(wanted) || !strings.Contains(string(wanted), reference) {
		t.Errorf("commented %q, want %q", got.Commented, wanted)
	}
}

func describesNothing(t *testing.T, w job.Worker) {
	got, err := w.Describe(t.Context(), Parcel(Pack(t, nil)), "helm:a/b")
	if err != nil {
		t.Fatal(err)
	}
	if got.Facts == nil || len(got.Parameters) != 0 || got.Values != "" || got.Readme != "" || string(got.Commented) != "# @chart helm:a/b\n" {
		t.Errorf("%+v", got)
	}
	if _, err := w.Describe(t.Context(), Parcel([]byte("this is no chart")), "helm:a/b"); !errors.Is(err, chart.ErrInvalid) {
		t.Errorf("describing what is no chart: %v, want %v", err, chart.ErrInvalid)
	}
}

func shortensReadme(t *testing.T, w job.Worker) {
	var text strings.Builder
	for i := range job.MaxReadme / 8 {
		fmt.Fprintf(&text, "\u00e4 %06x\n", i*2654435761%(1<<24))
	}
	got, err := w.Describe(t.Context(), Parcel(Pack(t, map[string]string{"README.md": text.String()})), "helm:a/b")
	if err != nil {
		t.Fatal(err)
	}
	body, last, ok := strings.Cut(got.Readme, "\n\n")
	if !ok || !strings.HasPrefix(text.String(), body+"\n") || len(got.Readme) > job.MaxReadme || len(got.Readme) < job.MaxReadme-20 || last != fmt.Sprintf("(This is the beginning of %d bytes.)\n", text.Len()) {
		t.Errorf("%d bytes with the last line %q", len(got.Readme), last)
	}
}

func refusesTooMany(t *testing.T, w job.Worker) {
	var text strings.Builder
	for i := range 50_001 {
		fmt.Fprintf(&text, "k%d: 1\n", i)
	}
	if _, err := w.Describe(t.Context(), Parcel(Pack(t, map[string]string{"values.yaml": text.String()})), "helm:a/b"); !errors.Is(err, chart.ErrTooLarge) {
		t.Errorf("error %v, want %v", err, chart.ErrTooLarge)
	}
}
