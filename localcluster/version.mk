# Flags that link the version of the embedded Kubernetes into helm-local; without them the API server reports v0.0.0
# and the kubeVersion gates of charts fail. For inclusion: go build $(LOCALCLUSTER_FLAGS) -o helm-local .
# The version is the one that go.mod requires of k8s.io/kubernetes.
LOCALCLUSTER_VERSION := v1.36.3
LOCALCLUSTER_PARTS := $(subst ., ,$(patsubst v%,%,$(LOCALCLUSTER_VERSION)))
LOCALCLUSTER_X := -X k8s.io/component-base/version
LOCALCLUSTER_FLAGS := -ldflags "-s -w \
  $(LOCALCLUSTER_X).gitVersion=$(LOCALCLUSTER_VERSION) \
  $(LOCALCLUSTER_X).gitMajor=$(word 1,$(LOCALCLUSTER_PARTS)) \
  $(LOCALCLUSTER_X).gitMinor=$(word 2,$(LOCALCLUSTER_PARTS)) \
  $(LOCALCLUSTER_X).gitTreeState=clean"
