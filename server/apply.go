package server

import (
	"mime"
	"net/http"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apiserver/pkg/endpoints/handlers/responsewriters"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
)

// withoutApply refuses server-side apply to our own objects: it would promise
// field owners, and records do not keep any.
func withoutApply(next http.Handler, codecs runtime.NegotiatedSerializer) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		kind, _, _ := mime.ParseMediaType(req.Header.Get("Content-Type"))
		if req.Method != http.MethodPatch || !strings.HasPrefix(kind, "application/apply-patch+") {
			next.ServeHTTP(w, req)
			return
		}
		responsewriters.ErrorNegotiated(&apierrors.StatusError{ErrStatus: metav1.Status{
			Status: metav1.StatusFailure, Code: http.StatusUnsupportedMediaType, Reason: metav1.StatusReasonUnsupportedMediaType,
			Message: "server-side apply is not possible on " + v1alpha1.GroupName + ", because the owners of fields are not kept: use kubectl apply without --server-side",
		}}, codecs, v1alpha1.GroupVersion(), w, req)
	})
}
