package lint

import (
	"fmt"
	"strconv"
	"strings"
)

// retired is when an API version of some kinds was deprecated and when it went,
// as minor versions of Kubernetes 1, and what took its place.
type retired struct {
	apiVersion string
	kinds      string // separated by spaces
	deprecated int
	gone       int
	instead    string // empty for nothing
}

// retirements are from the deprecation guide of Kubernetes
// (kubernetes.io/docs/reference/using-api/deprecation-guide) and from the life
// cycles in k8s.io/api, for what charts install.
func retirements() []retired {
	const rbac = "Role ClusterRole RoleBinding ClusterRoleBinding"
	const webhooks = "MutatingWebhookConfiguration ValidatingWebhookConfiguration"
	const flow = "FlowSchema PriorityLevelConfiguration"
	return []retired{
		{"extensions/v1beta1", "DaemonSet Deployment ReplicaSet", 8, 16, "apps/v1"},
		{"extensions/v1beta1", "NetworkPolicy", 9, 16, "networking.k8s.io/v1"},
		{"extensions/v1beta1", "PodSecurityPolicy", 11, 16, ""},
		{"extensions/v1beta1", "Ingress", 14, 22, "networking.k8s.io/v1"},
		{"apps/v1beta1", "Deployment StatefulSet ControllerRevision", 8, 16, "apps/v1"},
		{"apps/v1beta2", "DaemonSet Deployment ReplicaSet StatefulSet ControllerRevision", 9, 16, "apps/v1"},
		{"admissionregistration.k8s.io/v1beta1", webhooks, 16, 22, "admissionregistration.k8s.io/v1"},
		{"apiextensions.k8s.io/v1beta1", "CustomResourceDefinition", 16, 22, "apiextensions.k8s.io/v1"},
		{"apiregistration.k8s.io/v1beta1", "APIService", 19, 22, "apiregistration.k8s.io/v1"},
		{"certificates.k8s.io/v1beta1", "CertificateSigningRequest", 19, 22, "certificates.k8s.io/v1"},
		{"coordination.k8s.io/v1beta1", "Lease", 19, 22, "coordination.k8s.io/v1"},
		{"networking.k8s.io/v1beta1", "Ingress IngressClass", 19, 22, "networking.k8s.io/v1"},
		{"rbac.authorization.k8s.io/v1alpha1", rbac, 17, 22, "rbac.authorization.k8s.io/v1"},
		{"rbac.authorization.k8s.io/v1beta1", rbac, 17, 22, "rbac.authorization.k8s.io/v1"},
		{"scheduling.k8s.io/v1alpha1", "PriorityClass", 14, 22, "scheduling.k8s.io/v1"},
		{"scheduling.k8s.io/v1beta1", "PriorityClass", 14, 22, "scheduling.k8s.io/v1"},
		{"storage.k8s.io/v1beta1", "CSIDriver StorageClass VolumeAttachment", 19, 22, "storage.k8s.io/v1"},
		{"storage.k8s.io/v1beta1", "CSINode", 17, 22, "storage.k8s.io/v1"},
		{"autoscaling/v2beta1", "HorizontalPodAutoscaler", 22, 25, "autoscaling/v2"},
		{"batch/v1beta1", "CronJob", 21, 25, "batch/v1"},
		{"batch/v2alpha1", "CronJob", 8, 21, "batch/v1"},
		{"discovery.k8s.io/v1beta1", "EndpointSlice", 21, 25, "discovery.k8s.io/v1"},
		{"events.k8s.io/v1beta1", "Event", 22, 25, "events.k8s.io/v1"},
		{"node.k8s.io/v1beta1", "RuntimeClass", 22, 25, "node.k8s.io/v1"},
		{"policy/v1beta1", "PodDisruptionBudget", 21, 25, "policy/v1"},
		{"policy/v1beta1", "PodSecurityPolicy", 21, 25, ""},
		{"autoscaling/v2beta2", "HorizontalPodAutoscaler", 23, 26, "autoscaling/v2"},
		{"flowcontrol.apiserver.k8s.io/v1beta1", flow, 23, 26, "flowcontrol.apiserver.k8s.io/v1"},
		{"storage.k8s.io/v1beta1", "CSIStorageCapacity", 24, 27, "storage.k8s.io/v1"},
		{"flowcontrol.apiserver.k8s.io/v1beta2", flow, 26, 29, "flowcontrol.apiserver.k8s.io/v1"},
		{"flowcontrol.apiserver.k8s.io/v1beta3", flow, 29, 32, "flowcontrol.apiserver.k8s.io/v1"},
		{"admissionregistration.k8s.io/v1alpha1", "ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding", 29, 32, "admissionregistration.k8s.io/v1"},
		{"admissionregistration.k8s.io/v1beta1", "ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding", 31, 34, "admissionregistration.k8s.io/v1"},
		{"networking.k8s.io/v1beta1", "IPAddress ServiceCIDR", 34, 37, "networking.k8s.io/v1"},
		{"storage.k8s.io/v1beta1", "VolumeAttributesClass", 34, 37, "storage.k8s.io/v1"},
		{"resource.k8s.io/v1beta1", "ResourceClaim ResourceClaimTemplate DeviceClass", 35, 38, "resource.k8s.io/v1"},
		{"resource.k8s.io/v1beta2", "ResourceClaim ResourceClaimTemplate DeviceClass", 36, 39, "resource.k8s.io/v1"},
		{"admissionregistration.k8s.io/v1beta1", "MutatingAdmissionPolicy MutatingAdmissionPolicyBinding", 37, 40, "admissionregistration.k8s.io/v1"},
		{"certificates.k8s.io/v1beta1", "ClusterTrustBundle", 37, 40, "certificates.k8s.io/v1"},
	}
}

// outdated says what is wrong with an API version on the Kubernetes that is
// linted for, empty if nothing is.
func (l *linter) outdated(apiVersion, kind string) string {
	for _, r := range retirements() {
		if r.apiVersion != apiVersion || !strings.Contains(" "+r.kinds+" ", " "+kind+" ") || !l.since(r.deprecated) {
			continue
		}
		told := fmt.Sprintf("%s %s is deprecated since Kubernetes 1.%d and gone in 1.%d", apiVersion, kind, r.deprecated, r.gone)
		if r.instead != "" {
			told += ": use " + r.instead
		}
		return told
	}
	return ""
}

// since says whether the chart is linted for Kubernetes 1.MINOR or newer.
func (l *linter) since(minor int) bool {
	major, err := strconv.Atoi(l.Kubernetes.Major)
	if err != nil || major > 1 {
		return err == nil
	}
	number, err := strconv.Atoi(l.Kubernetes.Minor)
	return err == nil && number >= minor
}
