package archtest

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// budget is what packages may depend on, their tests apart.
type budget struct {
	packages []string          // of the root module, as the go command names them
	modules  map[string]string // the modules they need, and what for
	never    map[string]string // packages, with all below them, and why not
}

// dependency is a package outside the standard library, with its module.
type dependency struct{ name, module string }

func TestBudgets(t *testing.T) {
	t.Parallel()
	for name, budget := range budgets() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, complaint := range budget.check(dependencies(t, budget.packages)) {
				t.Error(complaint)
			}
		})
	}
}

// check holds dependencies against the budget, both ways.
func (b budget) check(dependencies []dependency) []string {
	var complaints []string
	needed := map[string]bool{}
	for _, d := range dependencies {
		if _, allowed := b.modules[d.module]; !allowed && !needed[d.module] && d.module != modulePath {
			complaints = append(complaints, fmt.Sprintf("%s: not in the budget (for one, %s)", d.module, d.name))
		}
		needed[d.module] = true
		for _, never := range slices.Sorted(maps.Keys(b.never)) {
			if within(d.name, never) {
				complaints = append(complaints, fmt.Sprintf("%s: never: %s", d.name, b.never[never]))
			}
		}
	}
	for _, module := range slices.Sorted(maps.Keys(b.modules)) {
		if !needed[module] {
			complaints = append(complaints, module+": in the budget, and not needed")
		}
	}
	return complaints
}

// dependencies asks the go command what the packages are built of, on Linux
// whatever this machine is: the budgets are of that build.
func dependencies(t *testing.T, packages []string) []dependency {
	t.Helper()
	list := exec.CommandContext(t.Context(), "go", append([]string{"list", "-deps",
		"-f", "{{with .Module}}{{$.ImportPath}} {{.Path}}{{end}}"}, packages...)...)
	list.Dir = top
	list.Env = append(os.Environ(), "GOOS=linux", "GOARCH=amd64", "CGO_ENABLED=0")
	list.Stderr = t.Output()
	out, err := list.Output()
	if err != nil {
		t.Fatalf("listing the dependencies of %q: %v", packages, err)
	}
	var found []dependency
	for line := range strings.Lines(string(out)) {
		if name, module, ok := strings.Cut(strings.TrimSpace(line), " "); ok {
			found = append(found, dependency{name, module})
		}
	}
	return found
}

func TestBudgetCheck(t *testing.T) {
	t.Parallel()
	bread := budget{
		modules: map[string]string{"example.com/flour": "the dough", "example.com/raisin": "for Sundays"},
		never:   map[string]string{"example.com/flour/weevil": "it eats the rest"},
	}
	got := bread.check([]dependency{
		{modulePath + "/bread", modulePath},
		{"example.com/flour", "example.com/flour"},
		{"example.com/flour/weevil/egg", "example.com/flour"},
		{"example.com/flour/weevils", "example.com/flour"},
		{"example.com/sugar/cane", "example.com/sugar"},
		{"example.com/sugar/beet", "example.com/sugar"},
	})
	want := []string{
		"example.com/flour/weevil/egg: never: it eats the rest",
		"example.com/sugar: not in the budget (for one, example.com/sugar/cane)",
		"example.com/raisin: in the budget, and not needed",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("complaints (-want +got):\n%s", diff)
	}
}
