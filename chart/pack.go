package chart

import (
	"archive/tar"
	"bytes"
	"cmp"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path"
	"slices"
	"time"
)

// Pack returns the package of a chart as loaded: all its files in a folder
// named like it, in a gzipped tar file. Equal files give equal bytes, whatever
// the time, the machine and the folder they were loaded from.
func (c *Chart) Pack() ([]byte, error) {
	var out bytes.Buffer
	zipped := gzip.NewWriter(&out)
	archive := tar.NewWriter(zipped)
	files := slices.Clone(c.raw)
	slices.SortFunc(files, func(a, b File) int { return cmp.Compare(a.Name, b.Name) })
	for _, f := range files {
		if err := writeEntry(archive, path.Join(c.Name(), f.Name), f.Data); err != nil {
			return nil, fmt.Errorf("packing %q: %w", f.Name, err)
		}
	}
	if err := archive.Close(); err != nil {
		return nil, fmt.Errorf("packing chart %q: %w", c.Name(), err)
	}
	if err := zipped.Close(); err != nil {
		return nil, fmt.Errorf("packing chart %q: %w", c.Name(), err)
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

// Digest identifies the bytes of a package: "sha256:" and 64 hex digits.
func Digest(data []byte) string {
	sum := sha256.Sum256(data)
	return "sha256:" + hex.EncodeToString(sum[:])
}
