package repotest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"testing"
)

// GCSServer speaks like Google Cloud Storage, without TLS and without asking who
// is there.
type GCSServer struct{ address string }

// GCS starts such a server, whose files are in memory.
func GCS(t testing.TB) *GCSServer {
	t.Helper()
	s := &GCSServer{address(t)}
	_, port, err := net.SplitHostPort(s.address)
	if err != nil {
		t.Fatal(err)
	}
	start(t, answers(s.address), "fake-gcs-server", "-scheme", "http", "-host", "127.0.0.1", "-port", port, "-backend", "memory",
		"-public-host", s.address, "-external-url", s.URL(), "-log-level", "warn")
	return s
}

// URL is the address that stands for https://storage.googleapis.com.
func (s *GCSServer) URL() string { return "http://" + s.address }

// Bucket makes a bucket.
func (s *GCSServer) Bucket(t testing.TB) *GCSBucket {
	t.Helper()
	b := &GCSBucket{server: s, name: bucketName()}
	if status, body := s.ask(t, http.MethodPost, "/storage/v1/b?project=test", fmt.Appendf(nil, `{"name": %q}`, b.name)); status != http.StatusOK {
		t.Fatalf("making a bucket: %d: %s", status, body)
	}
	return b
}

// GCSBucket is a bucket of such a server.
type GCSBucket struct {
	server *GCSServer
	name   string
}

// Name is that of the bucket: gs://NAME.
func (b *GCSBucket) Name() string { return b.name }

// Put puts an object into the bucket.
func (b *GCSBucket) Put(t testing.TB, key string, data []byte) {
	t.Helper()
	target := "/upload/storage/v1/b/" + b.name + "/o?uploadType=media&name=" + url.QueryEscape(key)
	if status, body := b.server.ask(t, http.MethodPost, target, data); status != http.StatusOK {
		t.Fatalf("putting %q into the bucket: %d: %s", key, status, body)
	}
}

// Get returns an object, nil when it is not there.
func (b *GCSBucket) Get(t testing.TB, key string) []byte {
	t.Helper()
	status, body := b.server.ask(t, http.MethodGet, "/storage/v1/b/"+b.name+"/o/"+url.PathEscape(key)+"?alt=media", nil)
	switch status {
	case http.StatusOK:
		return body
	case http.StatusNotFound:
		return nil
	}
	t.Fatalf("getting %q of the bucket: %d: %s", key, status, body)
	return nil
}

func (s *GCSServer) ask(t testing.TB, method, target string, body []byte) (int, []byte) {
	t.Helper()
	status, answer, err := ask(t.Context(), method, s.URL()+target, body)
	if err != nil {
		t.Fatal(err)
	}
	return status, answer
}

func ask(ctx context.Context, method, address string, body []byte) (int, []byte, error) {
	request, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, nil, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	return response.StatusCode, answer, err
}
