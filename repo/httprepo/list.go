package httprepo

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/fetch"
	"github.com/helm-dm/helm-dm/repo/index"
	"github.com/helm-dm/helm-dm/repo/listing"
)

// tryIndex is what to do where something else than an index was found.
const tryIndex = "give the address of the folder that holds index.yaml, and a credential if one is needed: helm repo add -c NAME URL"

// List is that of repo.Lister. It reads the index, and the listing of a bucket
// where there is none. A refusal is taken for one, though S3 refuses what is not
// there, too: to whom may not list the bucket, which is the only use of knowing.
func (r *repository) List(ctx context.Context, since string, each func(repo.Release) error) (*repo.Listing, error) {
	return r.list(ctx, since, "", each)
}

// list is List, or tells of no other chart than one where there is no index.
func (r *repository) list(ctx context.Context, since, chart string, each func(repo.Release) error) (*repo.Listing, error) {
	known := parseMark(since)
	c := call{doing: "reading", method: http.MethodGet, at: r.file(indexName), header: known.header()}
	resp, err := r.open(ctx, c)
	if errors.Is(err, repo.ErrNotFound) {
		return r.browse(ctx, since, chart, each)
	}
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	fresh := markOf(resp.Header)
	if fresh != (mark{}) && fresh == known {
		return nil, repo.Fail(repo.ErrUnchanged, "%s: nothing has changed", c.title())
	}
	result, err := read(c.title(), fetch.Bound(resp.Body, r.site.MaxIndex()), each)
	if err != nil {
		return nil, err
	}
	return &repo.Listing{Kind: repo.KindIndex, Mark: fresh.String(), Broken: result.Broken, Faults: result.Faults}, nil
}

// read hands the releases of an index to each, whose error it returns as it is.
func read(doing string, body io.Reader, each func(repo.Release) error) (*index.Result, error) {
	buffered := bufio.NewReader(body)
	if begin, _ := buffered.Peek(512); isPage(begin) {
		return nil, repo.Fail(repo.ErrInvalid, "%s: it is a page of a web site, perhaps one that asks for a login, and no index", doing).Mend(tryIndex)
	}
	var stopped error
	result, err := index.Read(buffered, stopping(each, &stopped))
	switch {
	case stopped != nil:
		return nil, stopped
	case err != nil:
		return nil, fetch.Explain(doing, err)
	}
	return result, nil
}

// isPage says whether a text begins as HTML or XML, which no index does.
func isPage(begin []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(begin, "\ufeff \t\r\n"), []byte("<"))
}

// stopping notes the error of each.
func stopping(each func(repo.Release) error, with *error) func(repo.Release) error {
	return func(release repo.Release) error {
		*with = each(release)
		return *with
	}
}

// browse reads the listing of a bucket that has no index. Whatever else lies
// there is no repository.
func (r *repository) browse(ctx context.Context, since, chart string, each func(repo.Release) error) (*repo.Listing, error) {
	releases := listing.NewReleases(chart)
	err := listing.List(ctx, r.client, r.site.Location, r.site.MaxIndex(), releases.Add)
	switch {
	case errors.Is(err, repo.ErrNotFound), errors.Is(err, repo.ErrUnauthorized):
		return nil, repo.Fail(repo.ErrNotFound, "reading %q: there is no index.yaml, and no bucket that can be listed", r.site.Location).Mend(tryIndex)
	case err != nil:
		return nil, err
	}
	return releases.Hand(since, each)
}

// Find is that of repo.Finder. It reads the whole index.
func (r *repository) Find(ctx context.Context, name string) ([]repo.Release, error) {
	found := repo.NewFinding(name)
	if _, err := r.list(ctx, "", name, found.Add); err != nil {
		return nil, err
	}
	releases, err := found.Releases()
	return releases, fetch.Explain(fmt.Sprintf("reading %q", r.site.Location), err)
}
