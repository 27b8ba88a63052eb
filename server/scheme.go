package server

import (
	"net/url"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/conversion"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	utilerrors "k8s.io/apimachinery/pkg/util/errors"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
)

// newScheme knows our types, as they are on the wire and as the API machinery
// works with them, which is the same.
func newScheme() (*runtime.Scheme, error) {
	scheme := runtime.NewScheme()
	unversioned := schema.GroupVersion{Version: "v1"}
	metav1.AddToGroupVersion(scheme, unversioned)
	scheme.AddUnversionedTypes(unversioned,
		&metav1.Status{}, &metav1.APIVersions{}, &metav1.APIGroupList{}, &metav1.APIGroup{}, &metav1.APIResourceList{})
	return scheme, utilerrors.NewAggregate([]error{
		v1alpha1.AddToScheme(scheme),
		v1alpha1.AddInternalToScheme(scheme),
		scheme.SetVersionPriority(v1alpha1.GroupVersion()),
		scheme.AddConversionFunc((*url.Values)(nil), (*v1alpha1.DeploymentLogOptions)(nil), readLogOptions),
	})
}

// textual is a serializer that leaves protobuf out, which our types do not have.
// A caller who would rather have that, as the namespace controller, then gets
// JSON instead of an error.
type textual struct{ runtime.NegotiatedSerializer }

// SupportedMediaTypes are those that requests and answers may have.
func (t textual) SupportedMediaTypes() []runtime.SerializerInfo {
	return slices.DeleteFunc(slices.Clone(t.NegotiatedSerializer.SupportedMediaTypes()), func(i runtime.SerializerInfo) bool {
		return i.MediaType == runtime.ContentTypeProtobuf
	})
}

// readLogOptions reads the query of the subresource log.
func readLogOptions(in, out any, _ conversion.Scope) error {
	query, options := *in.(*url.Values), out.(*v1alpha1.DeploymentLogOptions)
	options.Operation = query.Get("operation")
	if follow := query["follow"]; len(follow) > 0 {
		return runtime.Convert_Slice_string_To_bool(&follow, &options.Follow, nil)
	}
	return nil
}
