package bucket

import (
	"context"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/helm-dm/helm-dm/chart"
	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/fetch"
)

// Fetch is that of repo.Fetcher.
func (r *repository) Fetch(ctx context.Context, release repo.Release) (_ []byte, err error) {
	s, err := r.reach(ctx)
	if err != nil {
		return nil, err
	}
	defer s.survive(&err)
	return s.Fetch(ctx, release)
}

// Fetch is that of repo.Fetcher.
func (s *store) Fetch(ctx context.Context, release repo.Release) ([]byte, error) {
	name, elsewhere, err := s.locate(release.At)
	if err != nil {
		return nil, err
	}
	var data []byte
	if elsewhere != nil {
		data, err = s.download(ctx, elsewhere)
	} else {
		data, _, err = s.read(ctx, name, repo.MaxPackage)
	}
	if err != nil {
		return nil, err
	}
	if got := chart.Digest(data); release.Digest != "" && got != release.Digest {
		return nil, repo.Fail(repo.ErrInvalid, "fetching %.200q of %q: its digest is %s, and not %.100q as was promised", release.Name+"-"+release.Version, s.name, got, release.Digest)
	}
	return data, nil
}

// locate says where a package is that an index or a listing tells of: under a
// name below the location, or at an address elsewhere.
func (s *store) locate(at string) (name string, elsewhere *url.URL, err error) {
	for _, base := range s.bases {
		if inside, ok := strings.CutPrefix(at, base); ok {
			at = inside
			break
		}
	}
	u, err := url.Parse(at)
	switch {
	case err != nil || u.User != nil:
	case u.Host != "" && (u.Scheme == "https" || u.Scheme == "http"):
		return "", u, nil
	case u.Host == "" && u.Scheme == "" && isKey(u.Path):
		return path.Clean(u.Path), nil, nil
	}
	return "", nil, repo.Fail(repo.ErrInvalid, "fetching a package of %q: where it is said to be cannot be read, or leads out of the repository", s.name)
}

// isKey says whether a path stays below the location, whoever reads it.
func isKey(p string) bool {
	return p != "" && !slices.ContainsFunc(strings.Split(p, "/"), repo.Ascends) && !strings.HasPrefix(p, "/") && !strings.Contains(p, "//") && !strings.ContainsFunc(p, isHidden)
}

// isHidden says whether a character has no place in a key: control characters,
// and the other slash.
func isHidden(c rune) bool { return c < ' ' || c == 0x7f || c == '\\' }

// download fetches a package from an address that an index names. No credential
// goes there, and nothing without TLS where the store has it.
func (s *store) download(ctx context.Context, at *url.URL) ([]byte, error) {
	doing := "fetching " + fetch.Shown(at.String())
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, at.String(), nil)
	if err != nil {
		return nil, fetch.Explain(doing, err)
	}
	response, err := s.outside.Do(request)
	if err != nil {
		return nil, fetch.Explain(doing, err)
	}
	defer response.Body.Close()
	if err := fetch.Status(doing, response); err != nil {
		return nil, err
	}
	data, err := fetch.Read(response.Body, repo.MaxPackage)
	return data, fetch.Explain(doing, err)
}
