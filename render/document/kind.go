package document

import "cmp"

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

// Order is the order of kinds.
type Order struct{ ranks map[string]int }

// InstallOrder returns the order in which Helm installs.
func InstallOrder() Order {
	ranks := map[string]int{}
	for i, kind := range installOrder() {
		ranks[kind] = i + 1
	}
	return Order{ranks}
}

// Compare says whether kind a comes before kind b (negative), behind it
// (positive), or neither.
func (o Order) Compare(a, b string) int {
	first, second := o.ranks[a], o.ranks[b]
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
