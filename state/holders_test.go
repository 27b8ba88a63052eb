package state_test

import (
	"testing"
	"time"

	coordv1 "k8s.io/api/coordination/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-dm/helm-dm/internal/clustertest"
	"github.com/helm-dm/helm-dm/state"
	"github.com/helm-dm/helm-dm/state/statetest"
)

func TestMemoryHolders(t *testing.T) {
	t.Parallel()
	statetest.Holders(t, &state.MemoryHolders{}, "memory")
}

func TestClusterHolders(t *testing.T) {
	t.Parallel()
	c := clustertest.Start(t)
	statetest.Holders(t, state.NewClusterHolders(c.Client(), c.Namespace(t)), "cluster")
}

func TestLeasesAreNotJudgedByClocksOfOthers(t *testing.T) {
	t.Parallel()
	c := clustertest.Start(t)
	ns := c.Namespace(t)
	holders := state.NewClusterHolders(c.Client(), ns)
	for name, off := range map[string]time.Duration{"late": -time.Hour, "early": time.Hour} {
		seconds, at := int32(3600), metav1.NewMicroTime(time.Now().Add(off-time.Hour))
		_, err := c.Client().CoordinationV1().Leases(ns).Create(t.Context(), &coordv1.Lease{
			ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{"dm.helm.sh/role": "holder"}},
			Spec:       coordv1.LeaseSpec{HolderIdentity: &name, LeaseDurationSeconds: &seconds, RenewTime: &at},
		}, metav1.CreateOptions{})
		if err != nil {
			t.Fatal(err)
		}
	}
	live, err := holders.Live(t.Context())
	if err != nil || !live["late"] || !live["early"] {
		t.Errorf("live are %v (%v), want both: nobody has seen them be silent for an hour", live, err)
	}
}
