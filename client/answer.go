package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
)

// maxAnswer bounds an answer, in bytes.
const maxAnswer = 64 << 20

// errLong says that an answer exceeds maxAnswer.
var errLong = errors.New("the answer is too long")

// ask sends a request and decodes its answer, which must be JSON, into a pointer.
func ask(ctx context.Context, request *rest.Request, into any) error {
	body, err := request.Stream(ctx)
	if err != nil {
		return err
	}
	defer body.Close()
	limited := &io.LimitedReader{R: body, N: maxAnswer + 1}
	err = json.NewDecoder(limited).Decode(into)
	switch {
	case limited.N == 0:
		return fmt.Errorf("reading an answer of more than %d bytes: %w", maxAnswer, errLong)
	case err != nil && ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("reading an answer: %w: %w", errCut, err)
	case err != nil:
		return fmt.Errorf("reading an answer: %w", err)
	}
	return nil
}

// all lists a resource page by page; each gets every page.
func all[L any](ctx context.Context, c *Client, resource string, options metav1.ListOptions, each func(*L) metav1.ListMeta) error {
	options.Limit, options.Continue = pageSize, ""
	for {
		page := new(L)
		if err := ask(ctx, c.rest.Get().Resource(resource).VersionedParams(&options, c.params), page); err != nil {
			return err
		}
		if options.Continue = each(page).Continue; options.Continue == "" {
			return nil
		}
	}
}

// kind is what an object of ours says of itself.
func kind(name string) metav1.TypeMeta {
	return metav1.TypeMeta{APIVersion: v1alpha1.GroupVersion().String(), Kind: name}
}

// Try is what the manager knows to mend the refusal, or the failed operation, that
// err is; empty when that is nothing.
func Try(err error) string {
	if failed, ok := errors.AsType[*OperationError](err); ok {
		_, try, _ := strings.Cut(failed.Operation.Failure, v1alpha1.FailureTry)
		return try
	}
	var status apierrors.APIStatus
	if !errors.As(err, &status) || status.Status().Details == nil {
		return ""
	}
	for _, cause := range status.Status().Details.Causes {
		if cause.Type == v1alpha1.CauseTry {
			return cause.Message
		}
	}
	return ""
}
