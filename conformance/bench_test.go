package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/helm-dm/helm-dm/conformance/forge"
	"github.com/helm-dm/helm-dm/conformance/program"
	"github.com/helm-dm/helm-dm/conformance/table"
	"github.com/helm-dm/helm-dm/conformance/trial"
)

// rounds is how often each program renders each chart, by turns; what counts is
// the median. HELM_BENCH_ROUNDS is another number.
const rounds = 21

// BenchmarkHelm measures ours against Helm 4 in one run, like with like, on
// charts of several shapes and on the folders that HELM_BENCH_CHARTS lists,
// separated as in PATH:
//
//   - cold: the whole process that loads, parses and renders, with the most memory
//     that it held;
//   - warm: the engine alone. Helm's share is the time of its process less the time
//     of its process for a trivial chart; ours is that of rendering a chart that is
//     prepared already, as the benchmark of package render measures it.
//
// It logs one table with all ratios, and reports their geometric means.
func BenchmarkHelm(b *testing.B) {
	charts := benchmarked(b)
	for b.Loop() {
		measured := map[string]*row{}
		for name, dir := range charts {
			measured[name] = cold(b, dir, charts[trivial])
		}
		warm(b, charts, measured)
		fmt.Println("\n" + render(measured)) // a benchmark's log is cut after ten lines
		for unit, ratio := range map[string]func(*row) float64{"cold": (*row).cold, "memory": (*row).memory, "warm": (*row).warm} {
			b.ReportMetric(mean(measured, ratio), unit+"-ratio")
		}
	}
}

// benchmarked writes the charts and returns their folders by name.
func benchmarked(b *testing.B) map[string]string {
	b.Helper()
	dir, out := b.TempDir(), map[string]string{}
	for name, files := range forge.Scales() {
		if err := forge.Write(dir, files); err != nil {
			b.Fatal(err)
		}
		out[name] = filepath.Join(dir, name)
	}
	for _, folder := range filepath.SplitList(os.Getenv("HELM_BENCH_CHARTS")) {
		folder, err := filepath.Abs(folder)
		if err != nil {
			b.Fatal(err)
		}
		out[filepath.Base(folder)] = folder
	}
	return out
}

// row is what was measured on one chart: medians.
type row struct {
	ours, theirs program.Cost  // of the whole process
	engine       time.Duration // of ours, warm
	base         time.Duration // of their process for the trivial chart
}

func (r *row) cold() float64   { return r.ours.Wall.Seconds() / r.theirs.Wall.Seconds() }
func (r *row) memory() float64 { return float64(r.ours.Resident) / float64(r.theirs.Resident) }
func (r *row) warm() float64   { return r.engine.Seconds() / (r.theirs.Wall - r.base).Seconds() }

// trivial is the chart whose time is not the engine's.
const trivial = "trivial"

// cold runs both programs on a chart, and theirs on the trivial one, by turns.
func cold(b *testing.B, dir, base string) *row {
	b.Helper()
	pair := newPair(b)
	c := trial.Case{Args: []string{"template", "r", dir, "--kube-version", "1.36.3"}}
	least := program.Call{Program: pair.Theirs, Args: []string{"template", "r", base, "--kube-version", "1.36.3"}}
	var ours, theirs, bases []program.Cost
	for range turns(b) {
		outcome := pair.Try(b.Context(), c)
		if !outcome.Verdict.Good() || outcome.Ours.Code != 0 {
			b.Fatalf("%s: %s%s", dir, outcome.Verdict, details(outcome))
		}
		result, err := pair.Runner.Run(b.Context(), least)
		if err != nil {
			b.Fatal(err)
		}
		ours, theirs, bases = append(ours, outcome.Ours.Cost), append(theirs, outcome.Theirs.Cost), append(bases, result.Cost)
	}
	return &row{ours: median(ours), theirs: median(theirs), base: median(bases).Wall}
}

func turns(b *testing.B) int {
	b.Helper()
	text := os.Getenv("HELM_BENCH_ROUNDS")
	if text == "" {
		return rounds
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		b.Fatalf("HELM_BENCH_ROUNDS is no number of rounds: %q", text)
	}
	return n
}

func median(costs []program.Cost) program.Cost {
	var wall, resident []float64
	for _, cost := range costs {
		wall, resident = append(wall, cost.Wall.Seconds()), append(resident, float64(cost.Resident))
	}
	return program.Cost{Wall: time.Duration(table.Median(wall) * float64(time.Second)), Resident: int64(table.Median(resident))}
}

// warm has the benchmark of package render measure ours, in its module, on the
// folders of the charts.
func warm(b *testing.B, charts map[string]string, measured map[string]*row) {
	b.Helper()
	folders := slices.Sorted(maps.Values(charts))
	cmd := exec.CommandContext(b.Context(), "go", "test", "./render", "-run", "^$", "-bench", "^BenchmarkFolder$/.*/^warm$", "-json")
	cmd.Dir = ".."
	cmd.Env = append(os.Environ(), "HELM_BENCH_CHARTS="+strings.Join(folders, string(filepath.ListSeparator)))
	out, err := cmd.Output()
	if err != nil {
		b.Fatalf("benchmarking package render: %v\n%s", err, out)
	}
	took := results(b, out)
	for name, dir := range charts {
		engine, ok := took[filepath.Base(dir)]
		if !ok {
			b.Fatalf("package render has not measured %q", name)
		}
		measured[name].engine = engine
	}
}

// results reads the time that each benchmark took for one turn from the events of
// go test, by the second part of its name.
func results(b *testing.B, events []byte) map[string]time.Duration {
	b.Helper()
	var text strings.Builder
	for line := range strings.Lines(string(events)) {
		event := struct{ Output string }{}
		if err := json.Unmarshal([]byte(line), &event); err != nil {
			b.Fatal(err)
		}
		text.WriteString(event.Output)
	}
	out := map[string]time.Duration{}
	for line := range strings.Lines(text.String()) {
		fields := strings.Fields(line)
		if len(fields) < 4 || fields[3] != "ns/op" {
			continue
		}
		took, err := strconv.ParseFloat(fields[2], 64)
		name := strings.TrimSuffix(fields[0], fmt.Sprintf("-%d", runtime.GOMAXPROCS(0)))
		if parts := strings.Split(name, "/"); err == nil && len(parts) > 1 {
			out[parts[1]] = time.Duration(took)
		}
	}
	return out
}

// render writes the table.
func render(measured map[string]*row) string {
	var out strings.Builder
	fmt.Fprintf(&out, "%-28s %10s %10s %6s  %9s %9s %6s  %10s %10s %6s\n",
		"chart", "cold", "helm", "ratio", "memory", "helm", "ratio", "warm", "helm", "ratio")
	for _, name := range slices.Sorted(maps.Keys(measured)) {
		r := measured[name]
		fmt.Fprintf(&out, "%-28s %10s %10s %6.2f  %7.1fMB %7.1fMB %6.2f", name,
			short(r.ours.Wall), short(r.theirs.Wall), r.cold(), float64(r.ours.Resident)/1e6, float64(r.theirs.Resident)/1e6, r.memory())
		if name != trivial {
			fmt.Fprintf(&out, "  %10s %10s %6.2f", short(r.engine), short(r.theirs.Wall-r.base), r.warm())
		}
		out.WriteString("\n")
	}
	fmt.Fprintf(&out, "%-28s %10s %10s %6.2f  %9s %9s %6.2f  %10s %10s %6.2f\n", "geometric mean", "", "",
		mean(measured, (*row).cold), "", "", mean(measured, (*row).memory), "", "", mean(measured, (*row).warm))
	return out.String()
}

func short(d time.Duration) string { return d.Round(10 * time.Microsecond).String() }

// mean is the geometric mean of a ratio, over the charts that have it: for the
// trivial one, nothing is left of the engine's time.
func mean(measured map[string]*row, ratio func(*row) float64) float64 {
	sum, count := 0.0, 0
	for name, r := range measured {
		if n := ratio(r); name != trivial && n > 0 {
			sum += math.Log(n)
			count++
		}
	}
	return math.Exp(sum / float64(count))
}
