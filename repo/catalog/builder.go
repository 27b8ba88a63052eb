package catalog

import (
	"cmp"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/Masterminds/semver/v3"

	"github.com/helm-dm/helm-dm/repo"
)

const (
	method = "sha256:"
	suffix = ".tgz"
)

// builder makes a snapshot of releases that come in any order.
type builder struct {
	interner
	charts   map[ref]int // by name, which of lists
	names    []ref
	lists    [][]row
	releases int
}

func newBuilder() *builder {
	return &builder{interner: interner{known: map[string]ref{}}, charts: map[ref]int{}}
}

// add takes a release. Its error matches repo.ErrTooLarge when there is no room.
func (b *builder) add(r repo.Release) error {
	if b.releases++; b.releases > repo.MaxReleases {
		return repo.Fail(repo.ErrTooLarge, "it holds more than %d releases", repo.MaxReleases)
	}
	var out row
	var name ref
	at := r.At
	if rest, ok := strings.CutSuffix(at, r.Name+"-"+r.Version+suffix); ok {
		at, out.flags = rest, regular
	}
	for _, t := range []struct {
		text string
		into *ref
	}{
		{r.Name, &name}, {r.Version, &out.version}, {r.AppVersion, &out.appVersion}, {r.Description, &out.description},
		{strings.Join(r.Keywords, separator), &out.keywords}, {strings.Join(r.Maintainers, separator), &out.maintainers}, {at, &out.at},
	} {
		var ok bool
		if *t.into, ok = b.put(t.text); !ok {
			return errRoom()
		}
	}
	if r.Deprecated {
		out.flags |= deprecated
	}
	if year := r.Created.Year(); year >= 1970 && year < 2262 { // what nanoseconds reach
		out.created = r.Created.UnixNano()
	}
	if digest, err := hex.DecodeString(strings.TrimPrefix(r.Digest, method)); err == nil && len(digest) == len(out.digest) {
		copy(out.digest[:], digest)
		out.flags |= digested
	} else if r.Digest != "" {
		return repo.Fail(repo.ErrInvalid, "the digest of %q %q is no SHA-256", r.Name, r.Version)
	}
	b.place(name, out)
	return nil
}

func (b *builder) place(name ref, r row) {
	i, ok := b.charts[name]
	if !ok {
		i = len(b.lists)
		b.charts[name] = i
		b.names, b.lists = append(b.names, name), append(b.lists, nil)
	}
	b.lists[i] = append(b.lists[i], r)
	b.other += rowSize
}

// snapshot sorts what was added. Nothing is to be added afterwards.
func (b *builder) snapshot() (*snapshot, error) {
	s := &snapshot{charts: make([]chartRow, 0, len(b.lists)), releases: make([]row, 0, b.releases)}
	now := append(slices.Clone(b.full), b.block.String())
	order := make([]int, len(b.lists))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int { return strings.Compare(now.get(b.names[i]), now.get(b.names[j])) })
	for _, i := range order {
		list, best := newest(now, b.lists[i])
		c := chartRow{name: b.names[i], first: uint32(len(s.releases)), count: uint32(len(list))} //nolint:gosec // at most repo.MaxReleases
		c.best = c.first + uint32(best)                                                           //nolint:gosec // the same
		speaks := list[best]
		text := strings.Join([]string{now.get(c.name), now.get(speaks.description), now.get(speaks.keywords), now.get(speaks.maintainers)}, separator)
		var ok bool
		if c.search, ok = b.put(strings.ToLower(text)); !ok {
			return nil, errRoom()
		}
		s.charts, s.releases = append(s.charts, c), append(s.releases, list...)
		b.lists[i] = nil
	}
	s.texts = b.done()
	return s, nil
}

func errRoom() error {
	return repo.Fail(repo.ErrTooLarge, "what it holds takes more than %d MiB, or one text of it more than %d KiB", maxSnapshot>>20, maxText>>10)
}

// newest sorts the rows of a chart, the newest first, and says which one speaks
// for it. What has no semantic version is older than everything.
func newest(t texts, list []row) (sorted []row, best int) {
	type versioned struct {
		row
		version *semver.Version
	}
	all := make([]versioned, len(list))
	for i, r := range list {
		v, err := semver.NewVersion(t.get(r.version))
		if err != nil {
			v = semver.New(0, 0, 0, "0", "")
		}
		all[i] = versioned{r, v}
	}
	slices.SortStableFunc(all, func(a, b versioned) int {
		return cmp.Or(b.version.Compare(a.version), strings.Compare(b.version.Original(), a.version.Original()))
	})
	for i, v := range all {
		list[i] = v.row
	}
	best = slices.IndexFunc(all, func(v versioned) bool { return v.version.Prerelease() == "" })
	return list, max(best, 0)
}
