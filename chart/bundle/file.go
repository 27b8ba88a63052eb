package bundle

// File is one file of a chart. Name is slash-separated and relative to the
// chart's root.
type File struct {
	Name string `json:"name"`
	Data []byte `json:"data"`
}
