package chartstore_test

import (
	"bytes"
	"context"
	"errors"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/state/chartstore"
	"github.com/helm-dm/helm-dm/state/secret"
)

const system = "helm-dm"

func TestPackagesOfAnySize(t *testing.T) {
	t.Parallel()
	packages := chartstore.NewPackages(&secret.Memory{}, system)
	for _, size := range []int{1, 999_999, 1_000_000, 1_000_001, 3_500_000} {
		data := bytes.Repeat([]byte("chart "), size/6+1)[:size]
		digest := chart.Digest(data)
		for range 2 { // storing twice is no error
			if err := packages.Put(t.Context(), digest, data); err != nil {
				t.Fatal(err)
			}
		}
		got, err := packages.Get(t.Context(), digest)
		if err != nil || !bytes.Equal(got, data) {
			t.Errorf("%d bytes came back as %d (%v)", size, len(got), err)
		}
	}
}

func TestPackagesNoticeDamage(t *testing.T) {
	t.Parallel()
	memory := &secret.Memory{}
	packages := chartstore.NewPackages(memory, system)
	digest := chart.Digest([]byte("what was promised"))
	if err := packages.Put(t.Context(), digest, []byte("something else")); err != nil {
		t.Fatal(err)
	}
	if _, err := packages.Get(t.Context(), digest); !errors.Is(err, chartstore.ErrDamaged) {
		t.Errorf("get: %v, want ErrDamaged", err)
	}
}

func TestDamageHealsWhenThePackageIsStoredAgain(t *testing.T) {
	t.Parallel()
	data := bytes.Repeat([]byte("chart "), 300_000)
	digest := chart.Digest(data)
	for name, damage := range map[string]func(*corev1.Secret){
		"other bytes": func(chunk *corev1.Secret) { chunk.Data = map[string][]byte{"chunk": []byte("something else")} },
		"too many":    func(chunk *corev1.Secret) { chunk.Annotations["dm.helm.sh/chunks"] = "3" },
		"too few":     func(chunk *corev1.Secret) { chunk.Annotations["dm.helm.sh/chunks"] = "1" },
		"no number":   func(chunk *corev1.Secret) { chunk.Annotations = nil },
	} {
		for _, age := range []time.Duration{0, time.Hour} {
			t.Run(name+" for "+age.String(), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) { heals(t, digest, data, damage, age) })
			})
		}
	}
}

// heals wants a package to be stored well again when its first chunk was damaged
// and some time has passed.
func heals(t *testing.T, digest string, data []byte, damage func(*corev1.Secret), age time.Duration) {
	memory := &secret.Memory{}
	packages := chartstore.NewPackages(memory, system)
	put := func() {
		t.Helper()
		if err := packages.Put(t.Context(), digest, data); err != nil {
			t.Fatal(err)
		}
	}
	put()
	chunk, err := memory.Get(t.Context(), system, "package."+strings.TrimPrefix(digest, "sha256:")+".0")
	if err != nil {
		t.Fatal(err)
	}
	if err := memory.Delete(t.Context(), system, chunk.Name, nil); err != nil {
		t.Fatal(err)
	}
	chunk.ResourceVersion = ""
	damage(chunk)
	if _, err := memory.Create(t.Context(), chunk); err != nil {
		t.Fatal(err)
	}
	if _, err := packages.Get(t.Context(), digest); err == nil {
		t.Fatal("the damage is not noticed")
	}
	time.Sleep(age)
	put()
	if got, err := packages.Get(t.Context(), digest); err != nil || !bytes.Equal(got, data) {
		t.Errorf("it is still damaged: %d bytes (%v)", len(got), err)
	}
}

func TestPackageIsHeldWhole(t *testing.T) {
	t.Parallel()
	memory := &secret.Memory{}
	packages := chartstore.NewPackages(memory, system)
	data := bytes.Repeat([]byte("chart "), 400_000)
	digest := chart.Digest(data)
	holds := func(want bool) {
		t.Helper()
		if got, err := packages.Holds(t.Context(), digest); err != nil || got != want {
			t.Errorf("it is stored whole: %t (%v), want %t", got, err, want)
		}
	}
	for i := range 3 {
		holds(false)
		if err := packages.Put(t.Context(), digest, data); err != nil {
			t.Fatal(err)
		}
		holds(true)
		if err := memory.Delete(t.Context(), system, "package."+strings.TrimPrefix(digest, "sha256:")+"."+strconv.Itoa(i), nil); err != nil {
			t.Fatal(err)
		}
	}
	holds(false)
}

func TestSmallPackagesCount(t *testing.T) {
	t.Parallel()
	uploads := chartstore.NewUploads(&secret.Memory{}, system)
	name := func(i int) string { return chart.Digest([]byte{byte(i), byte(i >> 8)}) }
	const most = chartstore.OwnerBytes >> 16
	for i := range most {
		var err error
		if i%2 == 0 {
			err = uploads.Charge(t.Context(), "ada", name(i), 1)
		} else {
			err = uploads.Commit(t.Context(), "ada", name(i), &chartstore.Upload{Size: 1})
		}
		if err != nil {
			t.Fatalf("package %d: %v", i, err)
		}
	}
	if err := uploads.Charge(t.Context(), "ada", name(most), 1); !errors.Is(err, chartstore.ErrQuota) {
		t.Errorf("fetching any number of small packages: %v, want ErrQuota", err)
	}
	if err := uploads.Admit(t.Context(), "ada", name(most), 1); !errors.Is(err, chartstore.ErrQuota) {
		t.Errorf("uploading any number of small packages: %v, want ErrQuota", err)
	}
	if err := uploads.Charge(t.Context(), "ada", name(0), 1); err != nil {
		t.Errorf("what was counted already: %v", err)
	}
}

func TestChargesAreNoUploads(t *testing.T) {
	t.Parallel()
	memory := &secret.Memory{}
	uploads := chartstore.NewUploads(memory, system)
	const mebi = 1 << 20
	name := func(text string) string { return chart.Digest([]byte(text)) }
	for _, text := range []string{"a", "b", "c", "a"} { // a counts once
		if err := uploads.Charge(t.Context(), "ada", name(text), 16*mebi); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := uploads.Get(t.Context(), "ada", name("a")); !apierrors.IsNotFound(err) {
		t.Errorf("a charge is taken for an upload: %v", err)
	}
	if err := uploads.Commit(t.Context(), "ada", name("a"), &chartstore.Upload{Size: 16 * mebi}); err != nil {
		t.Fatal(err)
	}
	if err := uploads.Admit(t.Context(), "ada", name("d"), 16*mebi); err != nil {
		t.Errorf("what was fetched and uploaded counts twice: %v", err)
	}
	if err := uploads.Charge(t.Context(), "ada", name("d"), 16*mebi+1); !errors.Is(err, chartstore.ErrQuota) {
		t.Errorf("charging too much: %v, want ErrQuota", err)
	}
	if err := uploads.Admit(t.Context(), "ada", name("d"), 16*mebi+1); !errors.Is(err, chartstore.ErrQuota) {
		t.Errorf("uploading too much: %v, want ErrQuota", err)
	}
	if err := uploads.Charge(t.Context(), "eve", name("d"), 16*mebi+1); err != nil {
		t.Errorf("somebody else: %v", err)
	}
	if err := uploads.Sweep(t.Context(), time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if list, err := memory.Metadata(t.Context(), system, ""); err != nil || len(list.Items) != 0 {
		t.Errorf("%d Secrets are left (%v)", len(list.Items), err)
	}
}

func TestSweepKeepsWhatIsNeeded(t *testing.T) {
	t.Parallel()
	memory := &secret.Memory{}
	packages, uploads := chartstore.NewPackages(memory, system), chartstore.NewUploads(memory, system)
	store := func(text string) string {
		t.Helper()
		digest := chart.Digest([]byte(text))
		if err := packages.Put(t.Context(), digest, []byte(text)); err != nil {
			t.Fatal(err)
		}
		return digest
	}
	used, uploaded, orphan := store("used"), store("uploaded"), store("orphan")
	if err := uploads.Commit(t.Context(), "ada", uploaded, &chartstore.Upload{Size: 8}); err != nil {
		t.Fatal(err)
	}
	there := func(digest string) bool {
		t.Helper()
		_, err := packages.Get(t.Context(), digest)
		if err != nil && !apierrors.IsNotFound(err) {
			t.Fatal(err)
		}
		return err == nil
	}
	sweep := func(before time.Time) {
		t.Helper()
		if err := packages.Sweep(t.Context(), map[string]bool{used: true}, before); err != nil {
			t.Fatal(err)
		}
	}
	sweep(time.Now().Add(-time.Hour))
	if !there(orphan) {
		t.Error("a young package was swept")
	}
	sweep(time.Now().Add(time.Hour))
	if !there(used) || !there(uploaded) || there(orphan) {
		t.Errorf("used %t, uploaded %t, orphan %t: want the orphan alone gone", there(used), there(uploaded), there(orphan))
	}
	if err := uploads.Sweep(t.Context(), time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	sweep(time.Now().Add(time.Hour))
	if there(uploaded) {
		t.Error("a package outlived the upload that was its only reason")
	}
}

func TestUploadsInPieces(t *testing.T) {
	t.Parallel()
	memory := &secret.Memory{}
	uploads := chartstore.NewUploads(memory, system)
	data := bytes.Repeat([]byte("0123456789"), 350_000)
	digest, size := chart.Digest(data), int64(len(data))
	send := func(from, to int64) *chartstore.Upload {
		t.Helper()
		up, err := uploads.Append(t.Context(), "ada", digest, size, from, data[from:to])
		if err != nil {
			t.Fatal(err)
		}
		return up
	}
	send(0, 2_000_000)
	if up := send(0, 2_000_000); up.Received != 2_000_000 {
		t.Errorf("a piece sent twice: %d received, want 2,000,000", up.Received)
	}
	if up := send(3_000_000, size); up.Received != 2_000_000 {
		t.Errorf("a piece out of order: %d received, want 2,000,000", up.Received)
	}
	up := send(2_000_000, size)
	got, err := uploads.Content(t.Context(), "ada", digest, up)
	if err != nil || !bytes.Equal(got, data) {
		t.Fatalf("content: %d bytes, %v", len(got), err)
	}
	if err := uploads.Commit(t.Context(), "ada", digest, up); err != nil {
		t.Fatal(err)
	}
	list, err := memory.Metadata(t.Context(), system, "dm.helm.sh/role=upload")
	if err != nil || len(list.Items) != 1 {
		t.Errorf("%d Secrets left of a committed upload (%v), want one", len(list.Items), err)
	}
}

func TestUploadsBelongToTheirOwners(t *testing.T) {
	t.Parallel()
	uploads := chartstore.NewUploads(&secret.Memory{}, system)
	data := []byte("a chart")
	digest := chart.Digest(data)
	if err := uploads.Commit(t.Context(), "ada", digest, &chartstore.Upload{Size: int64(len(data))}); err != nil {
		t.Fatal(err)
	}
	if up, err := uploads.Get(t.Context(), "ada", digest); err != nil || !up.Committed {
		t.Errorf("the owner's: %+v, %v", up, err)
	}
	if _, err := uploads.Get(t.Context(), "eve", digest); !apierrors.IsNotFound(err) {
		t.Errorf("somebody else's: %v, want NotFound", err)
	}
}

func TestUploadsThatLie(t *testing.T) {
	t.Parallel()
	memory := &secret.Memory{}
	uploads := chartstore.NewUploads(memory, system)
	digest := chart.Digest([]byte("promised"))
	up, err := uploads.Append(t.Context(), "ada", digest, 8, 0, []byte("otherwis"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := uploads.Content(t.Context(), "ada", digest, up); !errors.Is(err, chartstore.ErrUpload) {
		t.Errorf("content with another digest: %v, want ErrUpload", err)
	}
	if _, err := uploads.Append(t.Context(), "ada", digest, 9, 8, []byte("x")); !errors.Is(err, chartstore.ErrUpload) {
		t.Errorf("a size that changed: %v, want ErrUpload", err)
	}
	if err := uploads.Abandon(t.Context(), "ada", digest); err != nil {
		t.Fatal(err)
	}
	if list, err := memory.Metadata(t.Context(), system, ""); err != nil || len(list.Items) != 0 {
		t.Errorf("%d Secrets left of an abandoned upload (%v)", len(list.Items), err)
	}
}

func TestPackageThatIsStoredAgainStays(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		packages := chartstore.NewPackages(&secret.Memory{}, system)
		data := bytes.Repeat([]byte("chart "), 400_000)
		digest := chart.Digest(data)
		put := func() {
			t.Helper()
			if err := packages.Put(t.Context(), digest, data); err != nil {
				t.Fatal(err)
			}
		}
		put()
		for range 5 { // needed again and again, and never used
			time.Sleep(50 * time.Minute)
			put()
			if err := packages.Sweep(t.Context(), nil, time.Now().Add(-time.Hour)); err != nil {
				t.Fatal(err)
			}
			if got, err := packages.Get(t.Context(), digest); err != nil || !bytes.Equal(got, data) {
				t.Fatalf("%d bytes are left (%v)", len(got), err)
			}
		}
		time.Sleep(2 * time.Hour)
		if err := packages.Sweep(t.Context(), nil, time.Now().Add(-time.Hour)); err != nil {
			t.Fatal(err)
		}
		if _, err := packages.Get(t.Context(), digest); !apierrors.IsNotFound(err) {
			t.Errorf("it is kept for good: %v", err)
		}
	})
}

// slowSweep calls between after a sweep has listed what there is.
type slowSweep struct {
	*secret.Memory
	between func()
}

func (s *slowSweep) Delete(ctx context.Context, namespace, name string, only *metav1.Preconditions) error {
	if between := s.between; between != nil {
		s.between = nil
		between()
	}
	return s.Memory.Delete(ctx, namespace, name, only)
}

func TestSweepThatHasBegunSparesWhatIsStoredAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		slow := &slowSweep{Memory: &secret.Memory{}}
		packages := chartstore.NewPackages(slow, system)
		data := bytes.Repeat([]byte("chart "), 700_000)
		digest := chart.Digest(data)
		put := func() {
			if err := packages.Put(t.Context(), digest, data); err != nil {
				t.Error(err)
			}
		}
		put()
		time.Sleep(2 * time.Hour)
		slow.between = put
		if err := packages.Sweep(t.Context(), nil, time.Now().Add(-time.Hour)); err != nil {
			t.Fatal(err)
		}
		if got, err := packages.Get(t.Context(), digest); err != nil || !bytes.Equal(got, data) {
			t.Errorf("%d of %d bytes are left (%v)", len(got), len(data), err)
		}
	})
}

func TestPackageThatIsFreshIsNotWrittenAgain(t *testing.T) {
	t.Parallel()
	memory := &secret.Memory{}
	packages := chartstore.NewPackages(memory, system)
	data := []byte("a chart")
	digest := chart.Digest(data)
	versions := func() (found []string) {
		t.Helper()
		list, err := memory.Metadata(t.Context(), system, "")
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range list.Items {
			found = append(found, m.ResourceVersion)
		}
		return found
	}
	var before []string
	for range 3 {
		if err := packages.Put(t.Context(), digest, data); err != nil {
			t.Fatal(err)
		}
		if before == nil {
			before = versions()
		}
	}
	if diff := cmp.Diff(before, versions()); diff != "" {
		t.Error(diff)
	}
}
