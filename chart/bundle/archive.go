package bundle

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"strings"

	"github.com/helm-dm/helm-dm/chart/fault"
)

// ratioFloor is the unpacked size below which the ratio says nothing: a tar
// file of small files is mostly padding.
const ratioFloor = 1 << 20

// Archive reads the files of a package, a gzipped tar file. It does not close it.
func (r *Reader) Archive(from io.Reader) ([]File, error) {
	packed := &meter{r: from, limit: r.limits.Compressed}
	zipped, err := gzip.NewReader(packed)
	if err != nil {
		return nil, unpackError(err)
	}
	defer zipped.Close()
	unpacked := &meter{r: zipped, limit: r.limits.Total + int64(r.limits.Count)*1024, packed: packed, ratio: r.limits.Ratio}
	files, err := r.entries(tar.NewReader(unpacked))
	if err != nil {
		return nil, err
	}
	if _, err := io.Copy(io.Discard, unpacked); err != nil { // to the checksum at the very end
		return nil, unpackError(err)
	}
	if len(files) == 0 {
		return nil, fault.Invalid("the package holds no files")
	}
	return files, nil
}

func (r *Reader) entries(from *tar.Reader) ([]File, error) {
	seen := map[string]bool{}
	var files []File
	for {
		header, err := from.Next()
		if errors.Is(err, io.EOF) {
			return files, nil
		}
		if err != nil {
			return nil, unpackError(err)
		}
		f, ok, err := r.entry(header, from)
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		if seen[f.Name] {
			return nil, fault.Invalid("the package holds %q twice", f.Name)
		}
		seen[f.Name] = true
		files = append(files, f)
	}
}

// entry reads one entry; ok is false for those that are not files.
func (r *Reader) entry(header *tar.Header, from io.Reader) (f File, ok bool, err error) {
	size := header.Size
	if header.Typeflag != tar.TypeReg {
		size = 0
	}
	if err := r.enter(header.Name, size); err != nil {
		return f, false, err
	}
	switch header.Typeflag {
	case tar.TypeDir, tar.TypeXGlobalHeader:
		return f, false, nil
	case tar.TypeReg:
	default:
		return f, false, fault.Invalid("entry %q of the package is neither a file nor a folder", header.Name)
	}
	if f.Name, err = localName(header.Name); err != nil {
		return f, false, err
	}
	if isSparse(header) {
		return f, false, fault.Invalid("file %q of the package has holes", f.Name)
	}
	data, err := io.ReadAll(from)
	if err != nil {
		return f, false, unpackError(err)
	}
	f.Data = bytes.TrimPrefix(data, []byte(byteOrderMark))
	return f, true, nil
}

// isSparse says whether an entry is larger than what stands for it in the
// package, past the limit on the ratio of the two.
func isSparse(header *tar.Header) bool {
	for key := range header.PAXRecords {
		if strings.HasPrefix(key, "GNU.sparse.") {
			return true
		}
	}
	return false
}

func unpackError(err error) error {
	if errors.Is(err, fault.ErrInvalid) {
		return err
	}
	return fault.Invalid("unpacking the chart: %w", err)
}

// meter fails the read that goes past limit bytes or, where packed is set, past
// ratio times the bytes that were read there.
type meter struct {
	r      io.Reader
	read   int64
	limit  int64
	packed *meter
	ratio  int64
}

func (m *meter) Read(p []byte) (int, error) {
	n, err := m.r.Read(p)
	m.read += int64(n)
	if m.read > m.limit {
		return 0, fault.TooLarge("the package is larger than the limit of %d bytes", m.limit)
	}
	if m.packed != nil && m.read > ratioFloor && m.read > m.ratio*m.packed.read {
		return 0, fault.TooLarge("the package unpacks to more than %d times its size", m.ratio)
	}
	return n, err
}
