package bucket

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"

	"gocloud.dev/blob"

	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/fetch"
	"github.com/helm-dm/helm-dm/repo/index"
	"github.com/helm-dm/helm-dm/repo/listing"
)

const (
	indexName = "index.yaml"
	pageSize  = 1000
	maxPages  = 1000
)

// A mark of ours says how the bucket was read.
const (
	markIndex   = "index:"
	markListing = "listing:"
)

// List is that of repo.Lister.
func (r *repository) List(ctx context.Context, mark string, each func(repo.Release) error) (_ *repo.Listing, err error) {
	s, err := r.reach(ctx)
	if err != nil {
		return nil, err
	}
	defer s.survive(&err)
	since, _ := strings.CutPrefix(mark, markIndex)
	if since == mark {
		since = ""
	}
	l, err := s.listIndex(ctx, since, r.site.MaxIndex(), each)
	if !isMissing(err) {
		return l, err
	}
	found, err := s.browse(ctx, "")
	if err != nil {
		return nil, err
	}
	since, _ = strings.CutPrefix(mark, markListing)
	l, err = found.Hand(since, each)
	if err != nil {
		return nil, err
	}
	l.Mark = markListing + l.Mark
	return l, nil
}

// Find is that of repo.Finder.
func (r *repository) Find(ctx context.Context, name string) (_ []repo.Release, err error) {
	s, err := r.reach(ctx)
	if err != nil {
		return nil, err
	}
	defer s.survive(&err)
	found := repo.NewFinding(name)
	_, err = s.listIndex(ctx, "", r.site.MaxIndex(), found.Add)
	if isMissing(err) {
		var all *listing.Releases
		if all, err = s.browse(ctx, name); err == nil {
			_, err = all.Hand("", found.Add)
		}
	}
	if err != nil {
		return nil, err
	}
	releases, err := found.Releases()
	return releases, fetch.Explain(fmt.Sprintf("looking in %q", s.name), err)
}

// listIndex reads the releases of the index. The error is isMissing where there
// is no index.
func (s *store) listIndex(ctx context.Context, since string, most int64, each func(repo.Release) error) (*repo.Listing, error) {
	r, err := s.open(ctx, indexName, since)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	result, err := index.Read(fetch.Bound(explained{r, s}, most), each)
	if err != nil {
		return nil, fmt.Errorf("reading the index of %q: %w", s.name, err)
	}
	l := &repo.Listing{Kind: repo.KindIndex, Broken: result.Broken, Faults: result.Faults}
	if mark := s.dialect.mark(r); mark != "" {
		l.Mark = markIndex + mark
	}
	return l, nil
}

// explained explains what goes wrong with reading, whatever is made of it.
type explained struct {
	io.Reader
	store *store
}

func (e explained) Read(p []byte) (int, error) {
	n, err := e.Reader.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = e.store.explain("receiving it", err)
	}
	return n, err
}

// browse lists the packages of a chart, or of all charts where it is empty.
func (s *store) browse(ctx context.Context, chart string) (*listing.Releases, error) {
	found, begin := listing.NewReleases(chart), ""
	if chart != "" {
		begin = chart + "-"
	}
	pages := 0
	options := &blob.ListOptions{Prefix: s.prefix + begin, Delimiter: "/", BeforeList: func(func(any) bool) error {
		if pages++; pages > maxPages {
			return repo.Fail(repo.ErrTooLarge, "it has more than %d pages", maxPages)
		}
		return nil
	}}
	for token := blob.FirstPageToken; ; {
		page, next, err := s.bucket.ListPage(ctx, token, pageSize, options)
		if err != nil {
			return nil, s.explain(fmt.Sprintf("listing %q", s.name), err)
		}
		for _, o := range page {
			if err := found.Add(s.object(o)); err != nil {
				return nil, err
			}
		}
		if len(next) == 0 {
			return found, nil
		}
		token = next
	}
}

func (s *store) object(o *blob.ListObject) listing.Object {
	key, below := strings.CutPrefix(o.Key, s.prefix)
	if !below {
		key = "/" + key
	}
	return listing.Object{Key: key, Size: o.Size, Mark: hex.EncodeToString(o.MD5), Modified: o.ModTime}
}
