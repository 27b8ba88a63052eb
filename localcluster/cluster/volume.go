package cluster

import (
	"context"
	"fmt"

	storagev1 "k8s.io/api/storage/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
)

// The default storage class. Its volumes are as simulated as the pods that use them: KWOK makes one for each claim and
// removes it when it is released; the controller manager binds them.
const (
	storageClass = "helm-local"
	provisioner  = "kwok.x-k8s.io/" + storageClass
)

const volumeProvision = `apiVersion: kwok.x-k8s.io/v1alpha1
kind: Stage
metadata:
  name: volume-provision
spec:
  resourceRef:
    apiGroup: v1
    kind: PersistentVolumeClaim
  selector:
    matchExpressions:
    - {key: .spec.storageClassName, operator: In, values: [` + storageClass + `]}
    - {key: .spec.volumeName, operator: DoesNotExist}
    - {key: .metadata.deletionTimestamp, operator: DoesNotExist}
  steps:
  - apply:
      template: |
        apiVersion: v1
        kind: PersistentVolume
        metadata:
          name: pvc-{{ .metadata.uid }}
          annotations:
            pv.kubernetes.io/provisioned-by: ` + provisioner + `
        spec:
          storageClassName: ` + storageClass + `
          persistentVolumeReclaimPolicy: Delete
          volumeMode: {{ or .spec.volumeMode "Filesystem" }}
          accessModes:
          {{ YAML .spec.accessModes 2 }}
          capacity:
          {{ YAML .spec.resources.requests 2 }}
          claimRef:
            apiVersion: v1
            kind: PersistentVolumeClaim
            namespace: {{ .metadata.namespace | Quote }}
            name: {{ .metadata.name | Quote }}
            uid: {{ .metadata.uid | Quote }}
          hostPath:
            path: /volumes/{{ .metadata.uid }}
`

const volumeDelete = `apiVersion: kwok.x-k8s.io/v1alpha1
kind: Stage
metadata:
  name: volume-delete
spec:
  resourceRef:
    apiGroup: v1
    kind: PersistentVolume
  selector:
    matchExpressions:
    - {key: .spec.storageClassName, operator: In, values: [` + storageClass + `]}
    - {key: .status.phase, operator: In, values: [Released]}
  next:
    delete: true
`

// keepStorage creates the storage class when it is missing.
func keepStorage(ctx context.Context, client kubernetes.Interface) error {
	class := &storagev1.StorageClass{
		ObjectMeta: metav1.ObjectMeta{
			Name:        storageClass,
			Annotations: map[string]string{"storageclass.kubernetes.io/is-default-class": "true"},
		},
		Provisioner: provisioner,
	}
	_, err := client.StorageV1().StorageClasses().Create(ctx, class, metav1.CreateOptions{})
	if err != nil && !apierrors.IsAlreadyExists(err) {
		return fmt.Errorf("creating storage class %q: %w", storageClass, err)
	}
	return nil
}
