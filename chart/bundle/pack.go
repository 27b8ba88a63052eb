package bundle

import (
	"archive/tar"
	"bytes"
	"cmp"
	"compress/gzip"
	"fmt"
	"path"
	"slices"
	"time"
)

// Pack returns the package of files: all of them in a folder of the given
// name, in a gzipped tar file. Equal files give equal bytes, whatever their
// order, the time and the machine.
func Pack(folder string, files []File) ([]byte, error) {
	var out bytes.Buffer
	zipped := gzip.NewWriter(&out)
	archive := tar.NewWriter(zipped)
	files = slices.Clone(files)
	slices.SortFunc(files, func(a, b File) int { return cmp.Compare(a.Name, b.Name) })
	for _, f := range files {
		if err := writeEntry(archive, path.Join(folder, f.Name), f.Data); err != nil {
			return nil, fmt.Errorf("packing %q: %w", f.Name, err)
		}
	}
	if err := archive.Close(); err != nil {
		return nil, fmt.Errorf("packing %q: %w", folder, err)
	}
	if err := zipped.Close(); err != nil {
		return nil, fmt.Errorf("packing %q: %w", folder, err)
	}
	return out.Bytes(), nil
}

func writeEntry(w *tar.Writer, name string, data []byte) error {
	header := &tar.Header{
		Typeflag: tar.TypeReg,
		Name:     name,
		Size:     int64(len(data)),
		Mode:     0o644,
		ModTime:  time.Unix(0, 0).UTC(),
	}
	if err := w.WriteHeader(header); err != nil {
		return err
	}
	_, err := w.Write(data)
	return err
}
