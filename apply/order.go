package apply

import (
	"cmp"
	"slices"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// installOrder is the order of kinds in which Helm installs (S32); unknown kinds
// come last.
func installOrder() []string {
	return []string{
		"PriorityClass", "Namespace", "NetworkPolicy", "ResourceQuota", "LimitRange", "PodSecurityPolicy",
		"PodDisruptionBudget", "ServiceAccount", "Secret", "SecretList", "ConfigMap", "StorageClass",
		"PersistentVolume", "PersistentVolumeClaim", "CustomResourceDefinition", "ClusterRole", "ClusterRoleList",
		"ClusterRoleBinding", "ClusterRoleBindingList", "Role", "RoleList", "RoleBinding", "RoleBindingList",
		"Service", "DaemonSet", "Pod", "ReplicationController", "ReplicaSet", "Deployment",
		"HorizontalPodAutoscaler", "StatefulSet", "Job", "CronJob", "IngressClass", "Ingress", "APIService",
		"MutatingWebhookConfiguration", "ValidatingWebhookConfiguration",
	}
}

// uninstallOrder is its near reverse: what intercepts requests goes first.
func uninstallOrder() []string {
	first := []string{"ValidatingWebhookConfiguration", "MutatingWebhookConfiguration", "APIService"}
	rest := slices.DeleteFunc(installOrder(), func(kind string) bool { return slices.Contains(first, kind) })
	slices.Reverse(rest)
	return append(first, rest...)
}

// waves groups items by kind in the given order of kinds, keeping the order of
// the items inside a wave. Each unknown kind is a wave of its own, at the end,
// alphabetically.
func waves[T any](items []T, order []string, kind func(T) string) [][]T {
	rank := make(map[string]int, len(order))
	for i, k := range order {
		rank[k] = i
	}
	byKind := map[string][]T{}
	var kinds []string
	for _, item := range items {
		k := kind(item)
		if byKind[k] == nil {
			kinds = append(kinds, k)
		}
		byKind[k] = append(byKind[k], item)
	}
	at := func(k string) int {
		if i, ok := rank[k]; ok {
			return i
		}
		return len(order)
	}
	slices.SortFunc(kinds, func(a, b string) int { return cmp.Or(cmp.Compare(at(a), at(b)), cmp.Compare(a, b)) })
	grouped := make([][]T, 0, len(kinds))
	for _, k := range kinds {
		grouped = append(grouped, byKind[k])
	}
	return grouped
}

func kindOf(object *unstructured.Unstructured) string { return object.GetKind() }
