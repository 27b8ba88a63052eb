package cluster

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	nodefast "sigs.k8s.io/kwok/kustomize/stage/node/fast"
	heartbeat "sigs.k8s.io/kwok/kustomize/stage/node/heartbeat-with-lease"
	podfast "sigs.k8s.io/kwok/kustomize/stage/pod/fast"

	"github.com/helm-dm/helm-dm/localcluster/file"
)

const (
	nodeName       = "helm-local-node"
	kwokAnnotation = "kwok.x-k8s.io/node"
	kwokFake       = "fake"
)

// containerLog is the log of every container: simulated ones print nothing.
const containerLog = "container.log"

const containerLogs = `apiVersion: kwok.x-k8s.io/v1alpha1
kind: ClusterLogs
metadata:
  name: silence
spec:
  logs:
  - logsFile: ` + dataDir + "/" + containerLog + "\n"

// keepKwok writes KWOK's configuration: what happens to nodes, pods and volumes, and when.
func (c *Cluster) keepKwok() error {
	documents := []string{
		nodefast.DefaultNodeInit, heartbeat.DefaultNodeHeartbeatWithLease,
		podfast.DefaultPodReady, podfast.DefaultPodComplete, podfast.DefaultPodDelete,
		volumeProvision, volumeDelete, containerLogs,
	}
	if err := file.Write(c.path(dataDir+"/"+containerLog), nil); err != nil {
		return err
	}
	return file.Write(c.path(kwokFile), []byte(strings.Join(documents, "\n---\n")))
}

// node is a machine that is large enough never to be the reason for anything.
func node() *corev1.Node {
	size := corev1.ResourceList{
		corev1.ResourceCPU:              resource.MustParse("32"),
		corev1.ResourceMemory:           resource.MustParse("256Gi"),
		corev1.ResourceEphemeralStorage: resource.MustParse("1Ti"),
		corev1.ResourcePods:             resource.MustParse("500"),
	}
	return &corev1.Node{
		ObjectMeta: metav1.ObjectMeta{
			Name:        nodeName,
			Annotations: map[string]string{kwokAnnotation: kwokFake},
			Labels: map[string]string{
				corev1.LabelHostname:   nodeName,
				corev1.LabelOSStable:   "linux",
				corev1.LabelArchStable: runtime.GOARCH,
			},
		},
		Status: corev1.NodeStatus{
			Capacity:    size,
			Allocatable: size,
			NodeInfo: corev1.NodeSystemInfo{
				Architecture:    runtime.GOARCH,
				OperatingSystem: "linux",
				KubeletVersion:  Kubernetes(),
			},
		},
	}
}

// awaitNode creates the node when it is missing and waits until it takes pods.
func awaitNode(ctx context.Context, client kubernetes.Interface) error {
	nodes := client.CoreV1().Nodes()
	_, err := nodes.Create(ctx, node(), metav1.CreateOptions{})
	if err != nil && !apierrors.IsAlreadyExists(err) {
		return fmt.Errorf("creating node %q: %w", nodeName, err)
	}
	return await(ctx, "node "+nodeName, func(ctx context.Context) error {
		n, err := nodes.Get(ctx, nodeName, metav1.GetOptions{})
		if err != nil {
			return err
		}
		return takesPods(n)
	})
}

// takesPods returns nil, or what keeps pods from the node.
func takesPods(n *corev1.Node) error {
	if n.Spec.Unschedulable {
		return nil // somebody has cordoned it, and must have meant it
	}
	for _, taint := range n.Spec.Taints {
		if strings.HasPrefix(taint.Key, "node.kubernetes.io/") {
			return fmt.Errorf("it is tainted %s", taint.ToString())
		}
	}
	for _, condition := range n.Status.Conditions {
		if condition.Type == corev1.NodeReady && condition.Status == corev1.ConditionTrue {
			return nil
		}
	}
	return errors.New("it is not ready")
}

// awaitAccount waits for the service account without which no pod is admitted to the default namespace.
func awaitAccount(ctx context.Context, client kubernetes.Interface) error {
	return await(ctx, "service account default", func(ctx context.Context) error {
		_, err := client.CoreV1().ServiceAccounts(metav1.NamespaceDefault).Get(ctx, "default", metav1.GetOptions{})
		return err
	})
}
