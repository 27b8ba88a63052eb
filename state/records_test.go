package state_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/helm-dm/helm-dm/chart/values"
	"github.com/helm-dm/helm-dm/kube"
	"github.com/helm-dm/helm-dm/state"
	"github.com/helm-dm/helm-dm/state/secret"
)

func record(name string) *state.Record {
	return &state.Record{
		Key:        state.Key{Namespace: "shop", Name: name},
		Generation: 1,
		Labels:     map[string]string{"team": "blue"},
		Chart:      "localchart/web#1.0.0",
		Parameters: []values.Source{{Kind: values.KindSet, Text: "password=hunter2"}},
		Operation: state.Operation{
			ID: "op-" + name, Type: "Deploy", Step: "Accepted", Started: time.Now().UTC().Truncate(time.Microsecond),
			Caller: kube.Identity{User: "ada", Groups: []string{"devs"}, Extra: map[string][]string{"scopes": {"a", "b"}}},
		},
	}
}

func TestRecordsKeepEverything(t *testing.T) {
	t.Parallel()
	records := state.NewRecords(&secret.Memory{}, "helm-dm")
	stored, err := records.Create(t.Context(), record("web"))
	if err != nil {
		t.Fatal(err)
	}
	got, err := records.Get(t.Context(), stored.Key)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(stored, got); diff != "" {
		t.Errorf("a record came back changed (-stored +got):\n%s", diff)
	}
}

func TestRecordsMakeNamesUnique(t *testing.T) {
	t.Parallel()
	records := state.NewRecords(&secret.Memory{}, "helm-dm")
	if _, err := records.Create(t.Context(), record("web")); err != nil {
		t.Fatal(err)
	}
	if _, err := records.Create(t.Context(), record("web")); !apierrors.IsAlreadyExists(err) {
		t.Errorf("second create: %v, want AlreadyExists", err)
	}
}

func TestRecordsRefuseOldVersions(t *testing.T) {
	t.Parallel()
	records := state.NewRecords(&secret.Memory{}, "helm-dm")
	first, err := records.Create(t.Context(), record("web"))
	if err != nil {
		t.Fatal(err)
	}
	second := *first
	second.Notes = "changed"
	if _, err := records.Update(t.Context(), &second); err != nil {
		t.Fatal(err)
	}
	if _, err := records.Update(t.Context(), first); !apierrors.IsConflict(err) {
		t.Errorf("update of an old version: %v, want Conflict", err)
	}
}

func TestRecordsForgetOnlyTheirOwn(t *testing.T) {
	t.Parallel()
	records := state.NewRecords(&secret.Memory{}, "helm-dm")
	first, err := records.Create(t.Context(), record("web"))
	if err != nil {
		t.Fatal(err)
	}
	if err := records.Delete(t.Context(), first); err != nil {
		t.Fatal(err)
	}
	if err := records.Delete(t.Context(), first); err != nil {
		t.Errorf("forgetting twice: %v", err)
	}
	if _, err := records.Create(t.Context(), record("web")); err != nil {
		t.Fatal(err)
	}
	if err := records.Delete(t.Context(), first); err == nil {
		t.Error("an old record's deletion forgot the deployment that has its name now")
	}
}
