package author

import (
	"path/filepath"

	"github.com/helm-dm/helm-dm/cmd/helm/folder"
	"github.com/helm-dm/helm-dm/cmd/helm/world"
	"github.com/helm-dm/helm-dm/render"
)

// writeTo writes a file for each template below a folder and tells of each
// document, as Helm does, down to the empty line at the end.
func writeTo(w *world.World, path string, documents []render.Manifest, force bool) error {
	files := map[string][]byte{}
	var names []string
	for _, m := range documents {
		name := filepath.FromSlash(m.Path)
		if files[name] == nil {
			names = append(names, name)
		}
		files[name] = append(files[name], m.Text()...)
	}
	if err := writeAll(path, names, files, force); err != nil {
		return err
	}
	for _, m := range documents {
		w.Screen.Answer("wrote %s/%s", path, m.Path)
	}
	w.Screen.Answer("")
	return nil
}

// writeAll writes files in the order of their names, none of them if one is in
// the way of something else.
func writeAll(path string, names []string, files map[string][]byte, force bool) error {
	if len(names) == 0 {
		return nil
	}
	target, err := folder.Open(path, force)
	if err != nil {
		return err
	}
	defer target.Close()
	for _, name := range names {
		if err := target.Vacant(name, files[name]); err != nil {
			return err
		}
	}
	for _, name := range names {
		if err := target.Place(name, files[name]); err != nil {
			return err
		}
	}
	return nil
}
