package bucket

import (
	"bytes"
	"context"
	"errors"

	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/listing"
)

// Media types of what is kept.
const (
	mediaPackage    = "application/gzip"
	mediaProvenance = "application/pgp-signature"
	mediaIndex      = "application/yaml"
)

const signed = ".prov" // behind the name of a package: its signature (S48)

// Keep is that of repo.Keeper. The package is written before the index tells of
// it; what fails in between is mended by doing it again.
func (r *repository) Keep(ctx context.Context, p *repo.Package, replace bool) (_ string, err error) {
	if err := p.Check(); err != nil {
		return "", err
	}
	s, err := r.reach(ctx)
	if err != nil {
		return "", err
	}
	leave, err := r.enter(ctx, r.keeping)
	if err != nil {
		return "", err
	}
	defer leave()
	defer s.survive(&err)
	told, err := s.prepare(ctx, p, replace)
	if err != nil {
		return "", err
	}
	if err := s.keepObjects(ctx, p, replace); err != nil {
		return "", err
	}
	if told {
		if err := s.tell(ctx, p, replace); err != nil {
			return "", err
		}
	}
	return s.name + "/" + p.FileName(), nil
}

// prepare finds out whether the bucket has an index, which an empty one is given,
// and whether the version is free as far as that knows. Who begins an index does
// so before a package is there, so whoever finds packages and then no index knows
// that there is to be none.
func (s *store) prepare(ctx context.Context, p *repo.Package, replace bool) (bool, error) {
	err := s.isFree(ctx, p, replace)
	if !isMissing(err) {
		return err == nil, err
	}
	packages, err := s.browse(ctx, "")
	if err != nil {
		return false, err
	}
	if packages.Len() == 0 {
		err := s.write(ctx, indexName, object{data: []byte(emptyIndex), media: mediaIndex, fresh: true}, condition{absent: true})
		if err == nil || errors.Is(err, errRaced) {
			return true, nil
		}
		return false, err
	}
	if err := s.isFree(ctx, p, replace); !isMissing(err) {
		return err == nil, err
	}
	if name, version, ok := listing.Split(p.Metadata.Name + "-" + p.Metadata.Version); !ok || name != p.Metadata.Name || version != p.Metadata.Version {
		return false, repo.Fail(repo.ErrInvalid, "releasing %q to %q: the bucket has no index, and its listing could not tell the name from the version", p.FileName(), s.name).
			Mend("name a version in full, such as 1.2.3")
	}
	return false, nil
}

// keepObjects writes the package and its signature, or finds that they are there.
func (s *store) keepObjects(ctx context.Context, p *repo.Package, replace bool) error {
	if err := s.keepObject(ctx, p.FileName(), object{data: p.Data, media: mediaPackage}, replace); err != nil {
		return err
	}
	if p.Provenance != nil {
		return s.keepObject(ctx, p.FileName()+signed, object{data: p.Provenance, media: mediaProvenance}, replace)
	}
	if !replace {
		return nil
	}
	err := s.explain(s.doing("removing", p.FileName()+signed), s.bucket.Delete(ctx, s.prefix+p.FileName()+signed))
	if isMissing(err) {
		return nil
	}
	return err
}

// keepObject writes an object that is not there yet, or that is to be replaced.
func (s *store) keepObject(ctx context.Context, name string, o object, replace bool) error {
	if replace {
		return s.write(ctx, name, o, condition{})
	}
	there, err := s.compare(ctx, name, o)
	if there || err != nil {
		return err
	}
	err = s.write(ctx, name, o, condition{absent: true})
	if !errors.Is(err, errRaced) {
		return err
	}
	if there, err := s.compare(ctx, name, o); there || err != nil {
		return err
	}
	return repo.Fail(repo.ErrUnavailable, "%s: it comes and goes", s.doing("writing", name))
}

// compare says whether an object is there. One with other bytes is an error that
// matches repo.ErrExists.
func (s *store) compare(ctx context.Context, name string, o object) (bool, error) {
	data, _, err := s.read(ctx, name, repo.MaxPackage)
	switch {
	case isMissing(err):
		return false, nil
	case errors.Is(err, repo.ErrTooLarge), err == nil && !bytes.Equal(data, o.data):
		return false, s.exists(name)
	}
	return err == nil, err
}

func (s *store) exists(name string) error {
	return repo.Fail(repo.ErrExists, "releasing %q to %q: it was released before, with other content", name, s.name).
		Mend("release a new version, or replace it with --force")
}
