package kube

import (
	"context"
	"fmt"
	"io"
	"strconv"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// pageSize is how many objects the API server is asked for at a time.
const pageSize = 100

// TooMuch says that a list was larger than its caller takes.
type TooMuch struct {
	Kind      schema.GroupVersionKind
	Namespace string // empty for all
	Most      int64  // bytes
}

func (e *TooMuch) Error() string {
	where, fewer := "all namespaces", "those of one namespace, or one object by its name"
	if e.Namespace != "" {
		where, fewer = strconv.Quote(e.Namespace), "one object by its name"
	}
	return fmt.Sprintf("listing %s in %s: it is more than %d bytes: ask for %s", e.Kind.Kind, where, e.Most, fewer)
}

// List reads all objects of a kind in a namespace, or in all when it is empty. A
// list of more than most bytes of JSON is a *TooMuch, and is not read any further.
func (c *Cluster) List(ctx context.Context, kind schema.GroupVersionKind, namespace string, most int64) (*unstructured.UnstructuredList, error) {
	r, err := c.Resource(ctx, kind)
	if err != nil {
		return nil, err
	}
	list, left := &unstructured.UnstructuredList{}, most
	for {
		data, err := c.page(ctx, r, namespace, list.GetContinue(), left)
		if err != nil {
			return nil, err
		}
		if left -= int64(len(data)); left < 0 {
			return nil, &TooMuch{Kind: kind, Namespace: namespace, Most: most}
		}
		next := &unstructured.UnstructuredList{}
		if err := next.UnmarshalJSON(data); err != nil {
			return nil, fmt.Errorf("reading the cluster's list of %s: %w", kind.Kind, err)
		}
		next.Items = append(list.Items, next.Items...)
		if list = next; list.GetContinue() == "" {
			return list, nil
		}
	}
}

// page reads what follows token in a list, up to one byte more than most.
func (c *Cluster) page(ctx context.Context, r Resource, namespace, token string, most int64) ([]byte, error) {
	request := c.http.Get().AbsPath("apis", r.Group, r.Version).Resource(r.Resource)
	if r.Group == "" {
		request.AbsPath("api", r.Version)
	}
	if r.Namespaced && namespace != "" {
		request.Namespace(namespace)
	}
	if token != "" {
		request.Param("continue", token)
	}
	body, err := request.Param("limit", strconv.Itoa(pageSize)).SetHeader("Accept", "application/json").Stream(ctx)
	if err != nil {
		return nil, err
	}
	defer body.Close()
	data, err := io.ReadAll(io.LimitReader(body, most+1))
	if err != nil {
		return nil, fmt.Errorf("reading the cluster's list of %s: %w", r.Kind, err)
	}
	return data, nil
}
