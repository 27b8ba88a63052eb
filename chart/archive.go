package chart

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
)

// ratioFloor is the unpacked size below which the ratio says nothing: a tar
// file of small files is mostly padding.
const ratioFloor = 1 << 20

// archive reads the files of a package.
func (l *loader) archive(r io.Reader) ([]File, error) {
	packed := &meter{r: r, limit: l.limits.Compressed}
	zipped, err := gzip.NewReader(packed)
	if err != nil {
		return nil, unpackError(err)
	}
	defer zipped.Close()
	unpacked := &meter{r: zipped, limit: l.limits.Total + int64(l.limits.Count)*1024, packed: packed, ratio: l.limits.Ratio}
	entries := tar.NewReader(unpacked)
	seen := map[string]bool{}
	var files []File
	for {
		header, err := entries.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, unpackError(err)
		}
		f, ok, err := l.entry(header, entries)
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		if seen[f.Name] {
			return nil, invalid("the package holds %q twice", f.Name)
		}
		seen[f.Name] = true
		files = append(files, f)
	}
	if _, err := io.Copy(io.Discard, unpacked); err != nil { // to the checksum at the very end
		return nil, unpackError(err)
	}
	if len(files) == 0 {
		return nil, invalid("the package holds no files")
	}
	return files, nil
}

// entry reads one entry; ok is false for those that are not files.
func (l *loader) entry(header *tar.Header, r io.Reader) (f File, ok bool, err error) {
	switch header.Typeflag {
	case tar.TypeDir, tar.TypeXGlobalHeader:
		return f, false, l.enter(header.Name, 0)
	case tar.TypeReg:
	default:
		return f, false, invalid("entry %q of the package is neither a file nor a folder", header.Name)
	}
	f.Name, err = localName(header.Name)
	if err != nil {
		return f, false, err
	}
	if err := l.enter(f.Name, header.Size); err != nil {
		return f, false, err
	}
	data, err := io.ReadAll(r)
	if err != nil {
		return f, false, unpackError(err)
	}
	f.Data = bytes.TrimPrefix(data, []byte(byteOrderMark))
	return f, true, nil
}

func unpackError(err error) error {
	if errors.Is(err, ErrInvalid) {
		return err
	}
	return invalid("unpacking the chart: %w", err)
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
		return 0, tooLarge("the package is larger than the limit of %d bytes", m.limit)
	}
	if m.packed != nil && m.read > ratioFloor && m.read > m.ratio*m.packed.read {
		return 0, tooLarge("the package unpacks to more than %d times its size", m.ratio)
	}
	return n, err
}
