package repo

// Bounds of how many releases there are: of all charts of a repository, and of one.
const (
	MaxReleases = 500_000
	MaxVersions = 20_000
)

// Bounds of what is found of one chart.
const (
	maxTexts = 8 << 20 // in bytes, of all versions
	wordSize = 32      // bytes that each keyword and maintainer takes besides its text
)

// Finding gathers the releases of one chart as they come, and no more than anybody
// should hold in memory.
type Finding struct {
	chart    string
	releases []Release
	texts    int // bytes that the releases take
}

// NewFinding gathers the releases of a chart.
func NewFinding(chart string) *Finding { return &Finding{chart: chart} }

// Add takes a release, and passes over those of other charts. Its error matches
// ErrTooLarge: there are too many, or their texts are too long.
func (f *Finding) Add(r Release) error {
	if r.Name != f.chart {
		return nil
	}
	if len(f.releases) == MaxVersions {
		return Fail(ErrTooLarge, "there are more than %d versions of chart %.100q", MaxVersions, f.chart)
	}
	if f.texts += r.weight(); f.texts > maxTexts {
		return Fail(ErrTooLarge, "what is said of the versions of chart %.100q takes more than %d bytes", f.chart, maxTexts)
	}
	f.releases = append(f.releases, r)
	return nil
}

// Releases are those that were found; none are an error that matches ErrNotFound.
func (f *Finding) Releases() ([]Release, error) {
	if len(f.releases) == 0 {
		return nil, Fail(ErrNotFound, "no chart %.250q is there", f.chart)
	}
	return f.releases, nil
}

// weight is how many bytes the texts of a release take.
func (r *Release) weight() int {
	size := len(r.Name) + len(r.Version) + len(r.AppVersion) + len(r.Description) + len(r.Digest) + len(r.At)
	for _, words := range [][]string{r.Keywords, r.Maintainers} {
		for _, word := range words {
			size += len(word) + wordSize
		}
	}
	return size
}
