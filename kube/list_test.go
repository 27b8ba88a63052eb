package kube_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"k8s.io/client-go/rest"

	"github.com/helm-dm/helm-dm/kube"
)

// endless serves discovery of ConfigMaps, and of them a first page and a second
// one without end. It tells what it was asked for and how much of it was read.
func endless(t *testing.T) (cluster *kube.Cluster, asked func() []string, written *atomic.Int64) {
	t.Helper()
	var queries []string
	written = &atomic.Int64{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if discover(w, req) {
			return
		}
		queries = append(queries, req.URL.Path+"?"+req.URL.RawQuery)
		_, _ = io.WriteString(w, `{"apiVersion":"v1","kind":"ConfigMapList","items":[{"metadata":{"name":"a"}}`)
		if req.URL.Query().Get("continue") == "" {
			_, _ = io.WriteString(w, `],"metadata":{"continue":"here"}}`)
			return
		}
		for i := 0; req.Context().Err() == nil; i++ {
			n, err := fmt.Fprintf(w, `,{"metadata":{"name":"b-%d"},"data":{"key":%q}}`, i, strings.Repeat("x", 1<<16))
			if written.Add(int64(n)); err != nil {
				return
			}
		}
	}))
	t.Cleanup(server.Close)
	config := &rest.Config{Host: server.URL}
	discovery, err := kube.NewDiscovery(config)
	if err != nil {
		t.Fatal(err)
	}
	if cluster, err = kube.NewCluster(config, discovery); err != nil {
		t.Fatal(err)
	}
	return cluster, func() []string { return queries }, written
}

// TestListStops holds List to stop while it reads: what a page holds is for the
// server to choose.
func TestListStops(t *testing.T) {
	t.Parallel()
	cluster, asked, written := endless(t)
	const most = 1 << 20
	_, err := cluster.List(t.Context(), configMapRef().GroupVersionKind, "shop", most)
	if much := (*kube.TooMuch)(nil); !errors.As(err, &much) || err.Error() != `listing ConfigMap in "shop": it is more than 1048576 bytes: ask for one object by its name` {
		t.Fatalf("got %v, want TooMuch", err)
	}
	// What was on its way through the connection is lost.
	if n := written.Load(); n > 32*most {
		t.Errorf("the server could write %d bytes", n)
	}
	want := "/api/v1/namespaces/shop/configmaps?limit=100 /api/v1/namespaces/shop/configmaps?continue=here&limit=100"
	if got := strings.Join(asked(), " "); got != want {
		t.Errorf("asked for %s\nwant %s", got, want)
	}
}

func TestListOfNoNamespace(t *testing.T) {
	t.Parallel()
	cluster, asked, _ := endless(t)
	if _, err := cluster.List(t.Context(), configMapRef().GroupVersionKind, "../..", 1<<20); err == nil || len(asked()) > 0 {
		t.Errorf("got %v, and the server was asked for %v", err, asked())
	}
}
