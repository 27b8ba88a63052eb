package render

import (
	"runtime"
	"slices"
	"strconv"
	"strings"

	"github.com/Masterminds/semver/v3"
)

// Capabilities is what templates see as .Capabilities.
type Capabilities struct {
	KubeVersion KubeVersion
	APIVersions VersionSet
	HelmVersion HelmVersion
}

// VersionSet lists what the cluster serves: "group/version" and
// "group/version/Kind".
type VersionSet []string

// Has says whether the cluster serves apiVersion.
func (s VersionSet) Has(apiVersion string) bool { return slices.Contains(s, apiVersion) }

// KubeVersion is a Kubernetes version: Version as the cluster reports it
// ("v1.36.3-gke.1"), Major and Minor as digits. ParseKubeVersion makes one.
type KubeVersion struct {
	Version string
	Major   string
	Minor   string
}

// ParseKubeVersion reads a version such as "1.36", "v1.36.3" or "v1.36.3-gke.1".
func ParseKubeVersion(text string) (KubeVersion, error) {
	version, err := semver.NewVersion(text)
	if err != nil {
		return KubeVersion{}, refusal("kubernetes version " + strconv.Quote(text) + " is not a version such as 1.36.3")
	}
	return KubeVersion{
		Version: "v" + strings.TrimPrefix(text, "v"),
		Major:   strconv.FormatUint(version.Major(), 10),
		Minor:   strconv.FormatUint(version.Minor(), 10),
	}, nil
}

// String is the version without what a distribution appends to it (S28).
func (v KubeVersion) String() string {
	if i := strings.IndexAny(v.Version, "-+"); i >= 0 {
		return v.Version[:i]
	}
	return v.Version
}

// GitVersion is Version, under the name that older charts use.
func (v KubeVersion) GitVersion() string { return v.Version }

// HelmVersion is the version of Helm that charts are told of.
type HelmVersion struct {
	Version           string `json:"version,omitempty"`
	GitCommit         string `json:"git_commit,omitempty"`
	GitTreeState      string `json:"git_tree_state,omitempty"`
	GoVersion         string `json:"go_version,omitempty"`
	KubeClientVersion string `json:"kube_client_version"`
}

// Offline returns the capabilities of a cluster nobody asked: the API versions
// of Kubernetes itself (S27), in the order Helm has them, and then extra.
func Offline(version KubeVersion, extra ...string) Capabilities {
	return Capabilities{
		KubeVersion: version,
		APIVersions: append(builtin(), extra...),
		HelmVersion: HelmVersion{Version: "v4.3", GoVersion: runtime.Version(), KubeClientVersion: "v1.37"},
	}
}

// builtin lists the API versions that Helm 4.3 knows without a cluster.
func builtin() VersionSet {
	return VersionSet{
		"v1",
		"admissionregistration.k8s.io/v1", "admissionregistration.k8s.io/v1alpha1", "admissionregistration.k8s.io/v1beta1",
		"internal.apiserver.k8s.io/v1alpha1",
		"apps/v1", "apps/v1beta1", "apps/v1beta2",
		"authentication.k8s.io/v1", "authentication.k8s.io/v1alpha1", "authentication.k8s.io/v1beta1",
		"authorization.k8s.io/v1", "authorization.k8s.io/v1beta1",
		"autoscaling/v1", "autoscaling/v2",
		"batch/v1", "batch/v1beta1",
		"certificates.k8s.io/v1", "certificates.k8s.io/v1beta1", "certificates.k8s.io/v1alpha1",
		"coordination.k8s.io/v1alpha2", "coordination.k8s.io/v1beta1", "coordination.k8s.io/v1",
		"discovery.k8s.io/v1", "discovery.k8s.io/v1beta1",
		"events.k8s.io/v1", "events.k8s.io/v1beta1",
		"extensions/v1beta1",
		"flowcontrol.apiserver.k8s.io/v1", "flowcontrol.apiserver.k8s.io/v1beta1",
		"flowcontrol.apiserver.k8s.io/v1beta2", "flowcontrol.apiserver.k8s.io/v1beta3",
		"lifecycle.k8s.io/v1alpha1",
		"networking.k8s.io/v1", "networking.k8s.io/v1beta1",
		"node.k8s.io/v1", "node.k8s.io/v1alpha1", "node.k8s.io/v1beta1",
		"policy/v1", "policy/v1beta1",
		"rbac.authorization.k8s.io/v1", "rbac.authorization.k8s.io/v1beta1", "rbac.authorization.k8s.io/v1alpha1",
		"resource.k8s.io/v1", "resource.k8s.io/v1beta2", "resource.k8s.io/v1beta1", "resource.k8s.io/v1alpha3",
		"scheduling.k8s.io/v1alpha3", "scheduling.k8s.io/v1beta1", "scheduling.k8s.io/v1",
		"storage.k8s.io/v1beta1", "storage.k8s.io/v1", "storage.k8s.io/v1alpha1",
		"storagemigration.k8s.io/v1", "storagemigration.k8s.io/v1beta1",
		"apiextensions.k8s.io/v1beta1", "apiextensions.k8s.io/v1",
	}
}
