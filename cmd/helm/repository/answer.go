package repository

import "github.com/helm-dm/helm-dm/cmd/helm/world"

// answer tells of one object: in text by the line, else by its name or as it is.
func answer(w *world.World, format, name string, object any, line string, args ...any) error {
	switch format {
	case world.FormatText:
		w.Screen.Answer(line, args...)
	case world.FormatName:
		w.Screen.Answer("%s", name)
	default:
		return w.Print(format, object)
	}
	return nil
}
