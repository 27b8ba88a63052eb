package catalog

import (
	"encoding/hex"
	"slices"
	"strings"
	"time"
	"unsafe"

	"github.com/helm-dm/helm-dm/repo"
)

// Bounds of what is kept, in bytes.
const (
	maxSnapshot  = 64 << 20  // of one repository
	maxSnapshots = 192 << 20 // of all of them
)

// rowSize is what a release takes besides its texts, and its chart's row if that
// is of it alone.
const rowSize = int(unsafe.Sizeof(row{}) + unsafe.Sizeof(chartRow{}))

// separator parts the texts of a list; it is in none of them.
const separator = "\x00"

// snapshot is what a repository holds. It never changes.
type snapshot struct {
	texts    texts
	charts   []chartRow // by name
	releases []row      // chart by chart, the newest first
}

// chartRow is a chart: some rows that follow each other.
type chartRow struct {
	name   ref
	search ref // the lowercased texts that are searched, parted by separators: name, description, keywords, maintainers
	first  uint32
	count  uint32
	best   uint32 // the row that speaks for the chart: the newest stable version, else the newest
}

// row is a release without its name.
type row struct {
	version     ref
	appVersion  ref
	description ref
	keywords    ref // parted by separators
	maintainers ref // likewise
	at          ref
	created     int64 // nanoseconds since 1970, 0 when unknown
	digest      [32]byte
	flags       flags
}

type flags uint8

const (
	deprecated flags = 1 << iota
	digested         // digest is known
	regular          // at goes on with NAME-VERSION.tgz
)

// release writes a row out.
func (s *snapshot) release(c chartRow, i uint32) repo.Release {
	r := s.releases[i]
	out := repo.Release{
		Name: s.texts.get(c.name), Version: s.texts.get(r.version), AppVersion: s.texts.get(r.appVersion),
		Description: s.texts.get(r.description), Keywords: s.list(r.keywords), Maintainers: s.list(r.maintainers),
		Deprecated: r.flags&deprecated != 0, At: s.texts.get(r.at),
	}
	if r.created != 0 {
		out.Created = time.Unix(0, r.created).UTC()
	}
	if r.flags&digested != 0 {
		out.Digest = method + hex.EncodeToString(r.digest[:])
	}
	if r.flags&regular != 0 {
		out.At += out.Name + "-" + out.Version + suffix
	}
	return out
}

func (s *snapshot) list(r ref) []string {
	if r.length == 0 {
		return nil
	}
	return strings.Split(s.texts.get(r), separator)
}

// size is how many bytes the snapshot takes, at most.
func (s *snapshot) size() int {
	if s == nil {
		return 0
	}
	return len(s.texts)*blockSize + len(s.releases)*rowSize
}

// chart finds a chart by its name.
func (s *snapshot) chart(name string) (chartRow, bool) {
	i, found := s.find(name)
	if !found {
		return chartRow{}, false
	}
	return s.charts[i], true
}

// all returns the releases of a chart, the newest first.
func (s *snapshot) all(c chartRow) []repo.Release {
	out := make([]repo.Release, 0, c.count)
	for i := range c.count {
		out = append(out, s.release(c, c.first+i))
	}
	return out
}

// find returns where a chart is, or would be.
func (s *snapshot) find(name string) (int, bool) {
	return slices.BinarySearchFunc(s.charts, name, func(c chartRow, name string) int {
		return strings.Compare(s.texts.get(c.name), name)
	})
}
