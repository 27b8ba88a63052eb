package install

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/yaml"

	"github.com/helm-dm/helm-dm/kube"
)

//go:embed manifests
var manifests embed.FS

// fieldManager owns what is installed.
const fieldManager = "helm-dm-install"

// load reads the manifests that every installation has, in the order in which
// they must be applied.
func load() ([]*unstructured.Unstructured, error) {
	var objects []*unstructured.Unstructured
	for _, name := range []string{"namespace.yaml", "manager.yaml", "impersonator.yaml", "users.yaml"} {
		data, err := fs.ReadFile(manifests, "manifests/"+name)
		if err != nil {
			return nil, err
		}
		decoder := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(data), 4096)
		for {
			object := &unstructured.Unstructured{}
			if err := decoder.Decode(object); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				return nil, fmt.Errorf("reading manifest %q: %w", name, err)
			}
			objects = append(objects, object)
		}
	}
	return objects, nil
}

// put applies objects one after the other, taking over what others changed.
func put(ctx context.Context, cluster *kube.Cluster, objects []*unstructured.Unstructured) error {
	for _, object := range objects {
		if _, err := cluster.Apply(ctx, object, fieldManager, true); err != nil {
			return fmt.Errorf("installing %s: %w", kube.RefOf(object), err)
		}
	}
	return nil
}
