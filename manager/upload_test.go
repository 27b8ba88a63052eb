package manager_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/chart/reference"
)

func piece(data []byte, from, to int) *v1alpha1.ChartPackage {
	return &v1alpha1.ChartPackage{Spec: v1alpha1.ChartPackageSpec{
		Digest: chart.Digest(data), Size: int64(len(data)), Offset: int64(from), Data: data[from:to],
	}}
}

// bigChart is a package of more than two pieces.
func bigChart(t *testing.T) []byte {
	t.Helper()
	noise := make([]byte, 4_500_000)
	if _, err := rand.NewChaCha8([32]byte{1}).Read(noise); err != nil {
		t.Fatal(err)
	}
	for i := range noise {
		noise[i] = 'a' + noise[i]%26
	}
	return pack(t, webChart+"-- noise.txt --\n"+string(noise)+"\n")
}

func TestUploadInPieces(t *testing.T) {
	t.Parallel()
	h := open(t)
	data := bigChart(t)
	if len(data) < 2*1_000_000 {
		t.Fatalf("the chart has %d bytes, too few to need pieces", len(data))
	}
	const step = 1_000_000
	for from := 0; from < len(data); from += step {
		answer, err := h.Upload(t.Context(), ada(), piece(data, from, min(from+step, len(data))))
		if err != nil {
			t.Fatal(err)
		}
		if want := int64(min(from+step, len(data))); answer.Status.Received != want {
			t.Fatalf("%d bytes received, want %d", answer.Status.Received, want)
		}
		if from == step { // the connection broke: where was I?
			seen, err := h.Package(t.Context(), ada(), answer.Name)
			if err != nil || seen.Status.Received != answer.Status.Received || seen.Status.Committed {
				t.Fatalf("asked anew: %+v, %v", seen, err)
			}
		}
	}
	cd := h.deploy(wanted("blue", reference.Upload("web", "1.2.3", chart.Digest(data)).String()))
	if cd.Status.Phase != v1alpha1.PhaseDeployed {
		t.Errorf("phase %s: %+v", cd.Status.Phase, cd.Status.Operation)
	}
	again, err := h.Upload(t.Context(), ada(), piece(data, 0, step))
	if err != nil || !again.Status.Committed || again.Status.Received != int64(len(data)) {
		t.Errorf("the first piece once more: %+v, %v; want to hear that all is there", again, err)
	}
}

func TestUploadRefused(t *testing.T) {
	t.Parallel()
	good := pack(t, webChart)
	for name, c := range map[string]struct {
		piece  *v1alpha1.ChartPackage
		reason v1alpha1.Reason
		words  string
	}{
		"no gzip":   {piece([]byte("this is no chart"), 0, 16), v1alpha1.ReasonInvalid, "gzip"},
		"cut short": {piece(good[:len(good)/2], 0, len(good)/2), v1alpha1.ReasonInvalid, "unexpected EOF"},
		"another digest": {func() *v1alpha1.ChartPackage {
			p := piece(good, 0, len(good))
			p.Spec.Digest = chart.Digest([]byte("other"))
			return p
		}(), v1alpha1.ReasonInvalid, "the bytes that arrived have digest"},
		"too large": {&v1alpha1.ChartPackage{Spec: v1alpha1.ChartPackageSpec{Digest: chart.Digest(good), Size: 17 << 20, Data: good}},
			v1alpha1.ReasonTooLarge, "at most 16777216"},
		"large piece": {&v1alpha1.ChartPackage{Spec: v1alpha1.ChartPackageSpec{Digest: chart.Digest(good), Size: 16 << 20, Data: make([]byte, 3<<20)}},
			v1alpha1.ReasonTooLarge, "at most 2097152"},
		"no digest": {&v1alpha1.ChartPackage{Spec: v1alpha1.ChartPackageSpec{Digest: "sha256:../../x", Size: 1, Data: []byte("x")}}, v1alpha1.ReasonInvalid, "64 hexadecimal"},
		"empty":     {&v1alpha1.ChartPackage{Spec: v1alpha1.ChartPackageSpec{Digest: chart.Digest(nil)}}, v1alpha1.ReasonInvalid, "does not lie in"},
		"beyond the end": {&v1alpha1.ChartPackage{Spec: v1alpha1.ChartPackageSpec{Digest: chart.Digest(good), Size: 10, Offset: 9, Data: []byte("xy")}},
			v1alpha1.ReasonInvalid, "does not lie in"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := open(t)
			_, err := h.Upload(t.Context(), ada(), c.piece)
			wantReason(t, err, c.reason, c.words)
			if books := h.books(); books != "" {
				t.Errorf("left %q behind", books)
			}
		})
	}
}

func TestUploadThatTurnsOutWrong(t *testing.T) {
	t.Parallel()
	h := open(t)
	data := []byte(strings.Repeat("no chart at all ", 100))
	if _, err := h.Upload(t.Context(), ada(), piece(data, 0, 1000)); err != nil {
		t.Fatal(err)
	}
	_, err := h.Upload(t.Context(), ada(), piece(data, 1000, len(data)))
	wantReason(t, err, v1alpha1.ReasonInvalid, "gzip")
	if books := h.books(); books != "" {
		t.Errorf("left %q behind", books)
	}
}

func TestPackageOfOthers(t *testing.T) {
	t.Parallel()
	h := open(t)
	data := pack(t, webChart)
	h.upload(ada(), data)
	name := strings.Replace(chart.Digest(data), ":", "-", 1)
	if _, err := h.Package(t.Context(), ada(), name); err != nil {
		t.Error(err)
	}
	eve := ada()
	eve.User = "eve"
	_, err := h.Package(t.Context(), eve, name)
	wantReason(t, err, v1alpha1.ReasonNotFound, "was not uploaded by")
	_, err = h.Package(t.Context(), ada(), "../../etc")
	wantReason(t, err, v1alpha1.ReasonNotFound, "was not uploaded by")
}
