package render

import (
	"cmp"
	"maps"
	"slices"
)

// installOrder is the order in which Helm installs kinds (S32). All others
// follow, by name.
func installOrder() []string {
	return []string{
		"PriorityClass", "Namespace", "NetworkPolicy", "ResourceQuota", "LimitRange", "PodSecurityPolicy",
		"PodDisruptionBudget", "ServiceAccount", "Secret", "SecretList", "ConfigMap", "StorageClass",
		"PersistentVolume", "PersistentVolumeClaim", "CustomResourceDefinition", "ClusterRole",
		"ClusterRoleList", "ClusterRoleBinding", "ClusterRoleBindingList", "Role", "RoleList", "RoleBinding",
		"RoleBindingList", "Service", "DaemonSet", "Pod", "ReplicationController", "ReplicaSet", "Deployment",
		"HorizontalPodAutoscaler", "StatefulSet", "Job", "CronJob", "IngressClass", "Ingress", "APIService",
		"MutatingWebhookConfiguration", "ValidatingWebhookConfiguration",
	}
}

func installRanks() map[string]int {
	ranks := map[string]int{}
	for i, kind := range installOrder() {
		ranks[kind] = i + 1
	}
	return ranks
}

func compareKinds(ranks map[string]int, a, b string) int {
	first, second := ranks[a], ranks[b]
	switch {
	case first == 0 && second == 0:
		return cmp.Compare(a, b)
	case first == 0:
		return 1
	case second == 0:
		return -1
	}
	return cmp.Compare(first, second)
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
