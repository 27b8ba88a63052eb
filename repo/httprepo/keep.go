package httprepo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/fetch"
)

// Keep is that of repo.Keeper. The package is uploaded first, then its
// provenance, then the index that tells of it. A bucket without an index stays
// one.
func (r *repository) Keep(ctx context.Context, p *repo.Package, replace bool) (string, error) {
	if err := p.Check(); err != nil {
		return "", fmt.Errorf("releasing to %q: %w", r.site.Location, err)
	}
	e := entry{Package: p, digest: chart.Digest(p.Data), replace: replace}
	now, err := r.current(ctx)
	if err != nil {
		return "", err
	}
	told, err := r.told(ctx, now, e)
	if err != nil {
		return "", err
	}
	if err := r.store(ctx, p, told, replace); err != nil {
		return "", err
	}
	if err := r.tell(ctx, e); err != nil {
		return "", fmt.Errorf("telling of package %q, which is uploaded: %w", p.FileName(), err)
	}
	return r.address(p.FileName()), nil
}

// address is that of a file, as it is printed.
func (r *repository) address(name string) string { return r.site.Location.String() + "/" + name }

// store puts the package and its provenance where they belong. Told says that the
// index has it.
func (r *repository) store(ctx context.Context, p *repo.Package, told, replace bool) error {
	vouching := p.FileName() + ".prov"
	if replace && p.Provenance == nil {
		if err := r.disavow(ctx, vouching); err != nil {
			return err
		}
	}
	if replace || !told {
		if err := r.upload(ctx, p.FileName(), p.Data, replace); err != nil {
			return err
		}
	}
	if p.Provenance == nil {
		return nil
	}
	return r.upload(ctx, vouching, p.Provenance, replace)
}

// upload puts a file where none is. One that is there already, whether the index
// tells of it or not, must be the same.
func (r *repository) upload(ctx context.Context, name string, data []byte, replace bool) error {
	if replace {
		_, err := r.put(ctx, name, data, nil)
		return err
	}
	same, err := r.lies(ctx, name, data)
	if same || err != nil {
		return err
	}
	late, err := r.put(ctx, name, data, map[string]string{"If-None-Match": "*"})
	if !late || err != nil {
		return err
	}
	if same, err = r.lies(ctx, name, data); err == nil && !same {
		err = repo.Fail(repo.ErrUnavailable, "uploading %q: the server answers that it is there, and that it is not", r.address(name))
	}
	return err
}

// lies says whether a file is there: ErrExists where it has other bytes.
func (r *repository) lies(ctx context.Context, name string, data []byte) (bool, error) {
	there, err := r.packed(ctx, r.file(name))
	switch {
	case errors.Is(err, repo.ErrNotFound):
		return false, nil
	case err != nil && !errors.Is(err, repo.ErrTooLarge):
		return false, err
	case !bytes.Equal(there, data):
		return false, r.exists(name)
	}
	return true, nil
}

func (r *repository) exists(name string) error {
	return repo.Fail(repo.ErrExists, "releasing %q to %q: this version is released already, with other content", name, r.site.Location).
		Mend("release a new version, or replace this one with --force")
}

// disavow removes the provenance of a package that is replaced by one without: it
// would vouch for what is no more.
func (r *repository) disavow(ctx context.Context, name string) error {
	_, err := r.packed(ctx, r.file(name))
	if errors.Is(err, repo.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	resp, err := r.open(ctx, call{doing: "removing", method: http.MethodDelete, at: r.file(name)})
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

// put uploads a file. It is late where a precondition failed, because somebody
// else was faster.
func (r *repository) put(ctx context.Context, name string, data []byte, conditions map[string]string) (late bool, err error) {
	c := call{doing: "uploading", method: http.MethodPut, at: r.file(name), header: conditions, data: data}
	resp, err := r.do(ctx, c)
	if err != nil {
		return false, err
	}
	defer resp.Body.Close()
	switch resp.StatusCode {
	case http.StatusMethodNotAllowed, http.StatusNotImplemented:
		return false, repo.Fail(repo.ErrInvalid, "%s: the server takes no uploads, its answer is %d", c.title(), resp.StatusCode).
			Mend("release to a bucket or a registry, or let the server take PUT")
	case http.StatusPreconditionFailed:
		return true, nil
	case http.StatusConflict:
		if len(conditions) > 0 {
			return true, nil
		}
	}
	return false, fetch.Status(c.title(), resp)
}
