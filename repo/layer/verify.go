package layer

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"

	"github.com/helm-dm/helm-dm/repo"
)

// Verify holds every package that is fetched against the digest of its release,
// whatever the kind of the repository has done before. What differs, what is empty
// and what is a page of a web site is an error that matches repo.ErrInvalid.
func Verify(r repo.Repository) repo.Repository { return &verified{r} }

type verified struct{ repo.Repository }

func (v *verified) Fetch(ctx context.Context, release repo.Release) ([]byte, error) {
	data, err := v.Repository.Fetch(ctx, release)
	if err != nil {
		return nil, err
	}
	if len(data) == 0 {
		return nil, repo.Fail(repo.ErrInvalid, "fetching chart %.100q: nothing has arrived", release.Name)
	}
	if bytes.HasPrefix(bytes.TrimLeft(data[:min(len(data), 512)], "\ufeff \t\r\n"), []byte("<")) {
		return nil, repo.Fail(repo.ErrInvalid, "fetching chart %.100q: it is a page of a web site, perhaps one that asks for a login, and no package", release.Name).
			Mend("add the repository with a credential if one is needed: helm repo add -c NAME URL")
	}
	sum := sha256.Sum256(data)
	if got := "sha256:" + hex.EncodeToString(sum[:]); release.Digest != "" && got != release.Digest {
		return nil, repo.Fail(repo.ErrInvalid, "fetching chart %.100q: its digest is %s, and %.100q was promised", release.Name, got, release.Digest).
			Mend("somebody has changed the package, or the index is older than it: ask whoever keeps the repository")
	}
	return data, nil
}
