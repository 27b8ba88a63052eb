package author

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/helm-dm/helm-dm/cmd/helm/world"
	"github.com/helm-dm/helm-dm/render"
)

// rendered begins each file that template writes, and tells it from others.
const rendered = "---\n# Source: "

// writeTo writes a file for each template below folder and tells of each
// document, as Helm does, down to the empty line at the end. A file that
// template wrote before is replaced, another one only by force.
func writeTo(w *world.World, folder string, documents []render.Manifest, force bool) error {
	files := map[string][]byte{}
	var names []string
	for _, m := range documents {
		name := folder + "/" + m.Path
		if files[name] == nil {
			names = append(names, name)
		}
		files[name] = append(files[name], m.Text()...)
	}
	for _, name := range names {
		if force {
			break
		}
		if err := vacant(name, isRendered); err != nil {
			return err
		}
	}
	for _, name := range names {
		if err := os.MkdirAll(filepath.Dir(name), folderMode); err != nil {
			return fmt.Errorf("writing %q: %w", name, err)
		}
		if err := place(name, files[name]); err != nil {
			return err
		}
	}
	for _, m := range documents {
		w.Screen.Answer("wrote %s/%s", folder, m.Path)
	}
	w.Screen.Answer("")
	return nil
}

func isRendered(f io.Reader) bool {
	start := make([]byte, len(rendered))
	_, err := io.ReadFull(f, start)
	return err == nil && string(start) == rendered
}
