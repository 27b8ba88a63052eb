package archtest

import (
	"fmt"
	"strings"
)

// comments wants one comment of every package, which names it and says enough
// to be its contract. A folder that holds only tests says it in one of them.
func (l law) comments(t *tree) []string {
	var complaints []string
	for _, f := range t.folders {
		files := f.written(false)
		if len(files) == 0 {
			files = f.written(true)
		}
		var documented []*file
		for _, file := range files {
			if file.syntax.Doc != nil {
				documented = append(documented, file)
			}
		}
		switch len(documented) {
		case 0:
			complaints = append(complaints, f.path+": no package comment")
		case 1:
			complaints = append(complaints, l.comment(documented[0])...)
		default:
			complaints = append(complaints, fmt.Sprintf("%s: a second package comment", documented[1].path))
		}
	}
	return complaints
}

func (l law) comment(f *file) []string {
	name := f.syntax.Name.Name
	start := "Package " + name + " "
	if name == "main" {
		start = "Command "
	}
	text := f.syntax.Doc.Text()
	var complaints []string
	if !strings.HasPrefix(text, start) {
		complaints = append(complaints, fmt.Sprintf("%s: the package comment does not begin with %q", f.path, start))
	}
	if len(text) < l.commentLength {
		complaints = append(complaints, f.path+": the package comment is too short for a contract")
	}
	return complaints
}
