package forge

import (
	"fmt"
	"maps"
	"path"
	"strings"
)

// Small makes a chart in the folder "chart", with values to go with it, out of
// any bytes. It returns the files and arguments of the template command for it.
func Small(data []byte) (files map[string]string, args []string) {
	s := newSource(data)
	files = map[string]string{"over.yaml": s.override()}
	s.chart(files, "chart", "chart", 2)
	args = []string{"template", pick(s, []string{"r", "release-name"}), "chart"}
	if s.one(2) {
		args = append(args, "-f", "over.yaml")
	}
	args = append(args, s.set()...)
	args = append(args, "--kube-version", pick(s, []string{"1.36.3", "1.30.2"}))
	for _, flag := range some(s, []string{"--is-upgrade", "--include-crds", "--namespace=other", "--no-hooks"}) {
		if s.one(3) {
			args = append(args, flag)
		}
	}
	return files, args
}

// chart adds the files of a chart below dir; depth bounds how subcharts nest.
func (s *source) chart(files map[string]string, dir, name string, depth int) {
	kind, dependencies := "", ""
	for _, sub := range []string{"one", "two"} {
		if depth > 0 && s.one(3) {
			s.chart(files, path.Join(dir, "charts", sub), sub, depth-1)
			dependencies += s.dependency(sub)
		}
	}
	if dependencies != "" {
		dependencies = "dependencies:\n" + dependencies
	}
	if depth < 2 && s.one(10) {
		kind = "type: library\n"
	}
	files[path.Join(dir, "Chart.yaml")] = fmt.Sprintf("apiVersion: v2\nname: %s\nversion: 1.%d.0\n%s%s", name, s.below(3), kind, dependencies)
	files[path.Join(dir, "values.yaml")] = s.values()
	maps.Copy(files, s.templates(dir, name))
	if s.one(8) {
		files[path.Join(dir, "crds", "x.yaml")] = "kind: CustomResourceDefinition\nmetadata: {name: " + name + "}\n"
	}
}

// dependency writes entries for a subchart: none, one, or two of which one has
// an alias.
func (s *source) dependency(name string) string {
	out := ""
	for i := range s.below(3) {
		out += fmt.Sprintf("  - name: %s\n    version: %q\n", name, pick(s, []string{"1.x", "*", ">=1.1.0", "^1", "1.0.0"}))
		if i == 1 {
			out += "    alias: " + name + "-alias\n"
		}
		if s.one(3) {
			out += "    condition: " + pick(s, []string{name + ".enabled", "enabled", "global.enabled", "a.b,enabled", "map.enabled,one.enabled"}) + "\n"
		}
		if s.one(4) {
			out += "    tags: [front]\n"
		}
		if s.one(3) {
			out += "    import-values: " + pick(s, []string{
				"[a, map]", "[{child: map, parent: map}]", "[{child: exports, parent: .}]", "[{child: a.b, parent: c}, b]",
			}) + "\n"
		}
	}
	return out
}

// templates writes the templates of a chart. What they print is text within
// YAML, so that the text may be anything, but for one that prints documents.
func (s *source) templates(dir, name string) map[string]string {
	helpers := []string{name + ".help", "help"}
	w := &script{source: s, functions: signatures(), helpers: helpers}
	files := map[string]string{}
	for i, helper := range helpers {
		files[fmt.Sprintf("%s/templates/_%d.tpl", dir, i)] = fmt.Sprintf("{{ define %q }}%s{{ end }}", helper, (&script{
			source: s, functions: w.functions, helpers: helpers[:i+1][:min(i, 1)], // a helper calls the one before
		}).safe())
	}
	for _, file := range some(s, []string{"x.yaml", "deep/z.yaml"}) {
		body := path.Join(name, file)
		files[path.Join(dir, "templates", file)] = fmt.Sprintf("text: |\n{{ include %q . | indent 2 }}\n{{ define %q }}%s{{ end }}\n", body, body, w.text(2))
	}
	if s.one(2) {
		files[path.Join(dir, "templates", "documents.yaml")] = s.documents()
	}
	if s.one(6) {
		files[path.Join(dir, "templates", "NOTES.txt")] = w.text(1)
	}
	return files
}

// safe writes the text of a helper.
func (s *script) safe() string {
	if len(s.helpers) == 0 {
		s.helpers = []string{"absent"}
		if !s.one(100) {
			return "h: {{ " + s.expression('s', 3) + " }}\n"
		}
	}
	return s.text(1)
}

// documents writes a stream of manifests and hooks.
func (s *source) documents() string {
	var out strings.Builder
	for range 1 + s.below(5) {
		out.WriteString(pick(s, []string{"---\n", "---\n", "--- \n", "\n---\n\n", "---\n# comment\n", "---\n---\n", "\n\n---"}))
		kind := pick(s, []string{"Service", "ConfigMap", "Deployment", "Widget", "Namespace", "List", "Secret", "CronJob", "Aardvark"})
		fmt.Fprintf(&out, "kind: %s\nmetadata:\n  name: n%d\n", kind, s.below(3))
		if s.one(3) {
			fmt.Fprintf(&out, "  annotations:\n    helm.sh/hook: %q\n    helm.sh/hook-weight: %q\n",
				pick(s, []string{"pre-install", "post-install,test", "Pre-Upgrade", "odd", ""}), pick(s, []string{"1", "-5", "x"}))
		}
	}
	return out.String()
}
