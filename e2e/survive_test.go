package e2e

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/client"
	"github.com/helm-dm/helm-dm/internal/clustertest"
)

// stuckChart waits for a node with the label stuck: NAMESPACE, and has something
// beside it.
const stuckChart = noteChart + `---
apiVersion: apps/v1
kind: Deployment
metadata: {name: "{{ .Release.Name }}"}
spec:
  selector: {matchLabels: {app: "{{ .Release.Name }}"}}
  template:
    metadata: {labels: {app: "{{ .Release.Name }}"}}
    spec:
      nodeSelector: {stuck: "{{ .Release.Namespace }}"}
      containers: [{name: main, image: example.com/main}]
`

// TestKilledWhileWaiting kills the manager that waits for a deployment's health.
// Another one takes over and sees it get well; the client, which was connected
// to the first one, never notices.
func TestKilledWhileWaiting(t *testing.T) {
	t.Parallel()
	cluster := clustertest.Start(t)
	namespace := cluster.Namespace(t)
	editor := cluster.Editor(t, namespace)
	victim := startReplica(t, cluster)
	door := startRelay(t, victim.address)
	c := dial(t, cluster, door.address, editor.Name)
	accepted, err := c.Deployments(namespace).Create(deadline(t), wanted(namespace, "stuck", upload(t, c, stuckChart)))
	if err != nil {
		t.Fatal(err)
	}
	waiting := make(chan struct{}, 1000)
	ended := follower(t, c, accepted, v1alpha1.StepWaiting, waiting)
	<-waiting
	victim.kill(t)
	door.to.Store(sharedAddress(t, cluster))
	labelNode(t, cluster, "stuck", namespace)
	wantWhole(t, cluster, namespace, "stuck", <-ended)
}

// labelNode gives a node a label until the end of the test.
func labelNode(t *testing.T, cluster *clustertest.Cluster, key, value string) {
	t.Helper()
	nodes := cluster.Client().CoreV1().Nodes()
	list, err := nodes.List(t.Context(), metav1.ListOptions{})
	if err != nil || len(list.Items) == 0 {
		t.Fatalf("listing nodes: %d found, error %v", len(list.Items), err)
	}
	label := func(ctx context.Context, value any) error {
		patch, err := json.Marshal(map[string]any{"metadata": map[string]any{"labels": map[string]any{key: value}}})
		if err != nil {
			return err
		}
		_, err = nodes.Patch(ctx, list.Items[0].Name, types.MergePatchType, patch, metav1.PatchOptions{})
		return err
	}
	if err := label(t.Context(), value); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := label(context.WithoutCancel(t.Context()), nil); err != nil {
			t.Error(err)
		}
	})
}

// TestKilledWhileApplying kills the manager in the middle of its writes: the
// second of two waves is held up by an admission webhook until it is dead.
func TestKilledWhileApplying(t *testing.T) {
	t.Parallel()
	cluster := clustertest.Start(t)
	namespace := cluster.Namespace(t)
	editor := cluster.Editor(t, namespace)
	victim := startReplica(t, cluster)
	gate := newGate(t, cluster, namespace)
	c := dial(t, cluster, victim.address, editor.Name)
	chart := upload(t, c, "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: first}\n---\n"+noteChart)
	accepted, err := c.Deployments(namespace).Create(deadline(t), wanted(namespace, "torn", chart))
	if err != nil {
		t.Fatal(err)
	}
	<-gate.reached
	victim.kill(t)
	close(gate.open)
	door := dial(t, cluster, sharedAddress(t, cluster), editor.Name)
	wantWhole(t, cluster, namespace, "torn", finish(t, door, accepted))
}

// follower follows an operation in the background, tells when it sees the step,
// and hands over the deployment as it was in the end, nil after an error.
func follower(t *testing.T, c *client.Client, d *v1alpha1.ChartDeployment, step v1alpha1.Step, reached chan<- struct{}) <-chan *v1alpha1.ChartDeployment {
	t.Helper()
	ended := make(chan *v1alpha1.ChartDeployment, 1)
	ctx := deadline(t)
	go func() {
		last, err := c.Deployments(d.Namespace).Follow(ctx, d.Name, d.Status.Operation.ID, d.ResourceVersion,
			func(seen *v1alpha1.ChartDeployment) {
				if seen.Status.Operation.Step == step {
					reached <- struct{}{}
				}
			})
		if err != nil {
			t.Errorf("following: %v", err)
			reached <- struct{}{}
			last = nil
		}
		ended <- last
	}()
	return ended
}

// wantWhole checks that a deployment came out as if nothing had happened: one
// revision, deployed, with all its objects.
func wantWhole(t *testing.T, cluster *clustertest.Cluster, namespace, name string, d *v1alpha1.ChartDeployment) {
	t.Helper()
	if d == nil {
		t.FailNow()
	}
	if err := client.Outcome(d); err != nil {
		t.Fatal(err)
	}
	got := []any{d.Status.Phase, d.Status.Health, d.Status.Revision, d.Status.Operation.Type}
	want := []any{v1alpha1.PhaseDeployed, v1alpha1.HealthHealthy, int64(1), v1alpha1.OperationDeploy}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("status (-want +got):\n%s", diff)
	}
	if _, err := cluster.Client().CoreV1().ConfigMaps(namespace).Get(t.Context(), name, metav1.GetOptions{}); err != nil {
		t.Error(err)
	}
	releases, err := cluster.Client().CoreV1().Secrets(namespace).List(t.Context(), metav1.ListOptions{LabelSelector: "owner=helm,name=" + name})
	if err != nil {
		t.Fatal(err)
	}
	if len(releases.Items) != 1 || releases.Items[0].Labels["status"] != "deployed" {
		t.Errorf("the releases are %v, want one that is deployed", releases.Items)
	}
}
