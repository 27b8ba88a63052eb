package bundle

// Limits bound what loading a chart may cost. A zero field means its default.
// The totals cover the chart together with all packages nested in it.
type Limits struct {
	Compressed int64 // bytes of a package; default 32 MiB
	Total      int64 // bytes of all files unpacked; default 100 MiB (S2)
	File       int64 // bytes of one file; default 5 MiB (S2)
	Count      int   // files and folders; default 20,000
	Ratio      int64 // unpacked to packed bytes, beyond the first MiB; default 200
	Depth      int   // charts within charts; default 16
}

// Defaults returns l with every zero field replaced.
func (l Limits) Defaults() Limits {
	fill(&l.Compressed, 32<<20)
	fill(&l.Total, 100<<20)
	fill(&l.File, 5<<20)
	fill(&l.Count, 20_000)
	fill(&l.Ratio, 200)
	fill(&l.Depth, 16)
	return l
}

func fill[T int | int64](field *T, value T) {
	if *field == 0 {
		*field = value
	}
}
