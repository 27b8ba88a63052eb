package client

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
)

// store takes uploads as the manager does, and has troubles on demand.
type store struct {
	got      []byte
	requests int
	trouble  map[int]http.HandlerFunc // by number of the request, from 1
}

func (s *store) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.requests++
	if trouble := s.trouble[s.requests]; trouble != nil {
		trouble(w, r)
		return
	}
	var piece v1alpha1.ChartPackage
	if err := json.NewDecoder(r.Body).Decode(&piece); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if spec := piece.Spec; spec.Offset == int64(len(s.got)) && len(spec.Data) <= v1alpha1.MaxPieceBytes {
		s.got = append(s.got, spec.Data...)
	}
	digest := fmt.Sprintf("%x", sha256.Sum256(s.got))
	piece.Spec.Data = nil
	piece.Status.Received = int64(len(s.got))
	piece.Status.Committed = piece.Spec.Digest == "sha256:"+digest && piece.Name == "sha256-"+digest
	write(w, http.StatusOK, piece)
}

// upload sends data to s and returns the progress told.
func upload(t *testing.T, s *store, data []byte) ([]int64, error) {
	t.Helper()
	server := httptest.NewServer(s)
	defer server.Close()
	c, err := New(&rest.Config{Host: server.URL, QPS: -1})
	if err != nil {
		t.Fatal(err)
	}
	var told []int64
	digest := fmt.Sprintf("sha256:%x", sha256.Sum256(data))
	_, err = c.Packages().Upload(t.Context(), digest, data, func(sent, total int64) {
		if total != int64(len(data)) {
			t.Errorf("total is %d", total)
		}
		told = append(told, sent)
	})
	return told, err
}

// pattern makes bytes that differ from piece to piece.
func pattern(size int) []byte {
	data := make([]byte, size)
	for i := range data {
		data[i] = byte(i * 7 / 5)
	}
	return data
}

func TestUploadInPieces(t *testing.T) {
	t.Parallel()
	const piece = v1alpha1.MaxPieceBytes
	later := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Retry-After", "0")
		text(http.StatusTooManyRequests, "later")(w, r)
	}
	tests := []struct {
		name string
		size int
		had  int // bytes of an earlier attempt
		told []int64
		fail map[int]http.HandlerFunc
	}{
		{"one piece", 10, 0, []int64{10}, nil},
		{"three pieces", 2*piece + 5, 0, []int64{piece, 2 * piece, 2*piece + 5}, nil},
		{"exact pieces", 2 * piece, 0, []int64{piece, 2 * piece}, nil},
		{"resumed", 3 * piece, 2 * piece, []int64{2 * piece, 3 * piece}, nil},
		{"troubles", piece + 5, 0, []int64{piece, piece + 5}, map[int]http.HandlerFunc{1: later, 3: cut, 4: later, 5: text(500, "oops")}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			data := pattern(test.size)
			s := &store{got: bytes.Clone(data[:test.had]), trouble: test.fail}
			told, err := upload(t, s, data)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(data, s.got) {
				t.Errorf("%d bytes arrived that differ from the %d sent", len(s.got), len(data))
			}
			if diff := cmp.Diff(test.told, told); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestUploadGivesUp(t *testing.T) {
	t.Parallel()
	nothing := func(w http.ResponseWriter, _ *http.Request) { write(w, http.StatusOK, &v1alpha1.ChartPackage{}) }
	stuck := map[int]http.HandlerFunc{}
	for i := range 2 * maxRewinds {
		stuck[i+1] = nothing
	}
	tests := []struct {
		name    string
		trouble map[int]http.HandlerFunc
		want    Kind
	}{
		{"a manager that forgets", stuck, KindFailed},
		{"a caller without rights", map[int]http.HandlerFunc{1: failure(403, metav1.StatusReasonForbidden, "no")}, KindDenied},
		{"a cluster without Helm/DM", map[int]http.HandlerFunc{1: text(404, "404 page not found")}, KindUnreachable},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if _, err := upload(t, &store{trouble: test.trouble}, pattern(10)); err == nil || KindOf(err) != test.want {
				t.Errorf("got %v of kind %q, want kind %q", err, KindOf(err), test.want)
			}
		})
	}
}

// TestUploadToNobody looks at the first request: where it is not answered, there
// may be no cluster at all.
func TestUploadToNobody(t *testing.T) {
	t.Parallel()
	for name, trouble := range map[string]http.HandlerFunc{"cut": cut, "unavailable": text(503, "no manager")} {
		s := &store{trouble: map[int]http.HandlerFunc{1: trouble}}
		if _, err := upload(t, s, pattern(10)); KindOf(err) != KindUnreachable || s.requests != 1 {
			t.Errorf("%s: got %v after %d requests, want kind %q after one", name, err, s.requests, KindUnreachable)
		}
	}
}

func TestUploadTooLarge(t *testing.T) {
	t.Parallel()
	s := &store{}
	_, err := upload(t, s, make([]byte, v1alpha1.MaxPackageBytes+1))
	if !errors.Is(err, ErrTooLarge) || s.requests != 0 {
		t.Errorf("got %v after %d requests", err, s.requests)
	}
}
