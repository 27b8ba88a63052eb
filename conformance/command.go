package main

import (
	"context"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/helm-dm/helm-dm/conformance/collection"
	"github.com/helm-dm/helm-dm/conformance/forge"
	"github.com/helm-dm/helm-dm/conformance/program"
	"github.com/helm-dm/helm-dm/conformance/table"
	"github.com/helm-dm/helm-dm/conformance/trial"
)

// options of the command.
type options struct {
	ours, theirs string
	parallel     int
	keep         string
	random       int
	seed         uint64
	folders      []string
}

func parse(args []string) (options, error) {
	var o options
	flags := flag.NewFlagSet("conformance", flag.ContinueOnError)
	flags.StringVar(&o.ours, "ours", "../bin/helm", "`program` to judge")
	flags.StringVar(&o.theirs, "theirs", "../bin/helm4", "`program` that is right")
	flags.IntVar(&o.parallel, "parallel", runtime.GOMAXPROCS(0), "cases at a time")
	flags.StringVar(&o.keep, "keep", "", "`folder` for what both programs printed in the cases that differ")
	flags.IntVar(&o.random, "random", 0, "`number` of small charts to make up")
	flags.Uint64Var(&o.seed, "seed", 1, "`number` of the first of them")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if o.folders = flags.Args(); len(o.folders) == 0 && o.random == 0 {
		return o, errors.New("a folder of charts is needed, or -random")
	}
	return o, nil
}

// run compares the programs on the charts in the folders that args name, and
// says whether they did the same.
func run(ctx context.Context, args []string, stdout io.Writer) (bool, error) {
	o, err := parse(args)
	if err != nil {
		return false, err
	}
	home, err := os.MkdirTemp("", "conformance-")
	if err != nil {
		return false, err
	}
	defer os.RemoveAll(home)
	pair, err := o.pair(home)
	if err != nil {
		return false, err
	}
	cases, err := o.cases(home)
	if err != nil {
		return false, err
	}
	var sum table.Table
	var saved error
	err = pair.TryAll(ctx, cases, o.parallel, func(outcome trial.Outcome) {
		sum.Add(outcome)
		if !outcome.Verdict.Good() {
			fmt.Fprintf(stdout, "%s: %s\n", outcome.Verdict, outcome.Case.Name)
			saved = errors.Join(saved, o.save(outcome))
		}
	})
	return sum.Differing() == 0, errors.Join(err, saved, sum.Print(stdout))
}

func (o options) pair(home string) (trial.Pair, error) {
	runner, err := program.NewRunner(home)
	if err != nil {
		return trial.Pair{}, err
	}
	ours, errOurs := filepath.Abs(o.ours)
	theirs, errTheirs := filepath.Abs(o.theirs)
	return trial.Pair{Runner: runner, Ours: ours, Theirs: theirs}, errors.Join(errOurs, errTheirs)
}

// cases are those of the charts in the folders, and of the ones made up, which
// are written below home.
func (o options) cases(home string) ([]trial.Case, error) {
	var out []trial.Case
	for i := range uint64(o.random) { //nolint:gosec // a number of charts
		name := fmt.Sprintf("random-%d", o.seed+i)
		files, args := forge.Small(binary.BigEndian.AppendUint64(nil, o.seed+i))
		dir := filepath.Join(home, name)
		if err := forge.Write(dir, files); err != nil {
			return nil, err
		}
		out = append(out, trial.Case{Name: name, Args: args, Dir: dir})
	}
	for _, folder := range o.folders {
		charts, err := collection.Find(folder)
		if err != nil {
			return nil, err
		}
		for _, chart := range charts {
			out = append(out, trial.Cases(chart)...)
		}
	}
	return out, nil
}

// save keeps what the programs printed, for a look with diff.
func (o options) save(outcome trial.Outcome) error {
	if o.keep == "" {
		return nil
	}
	dir := filepath.Join(o.keep, strings.NewReplacer("/", "_", " ", "_").Replace(outcome.Case.Name))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	arguments := strings.Join(outcome.Case.Args, " ") + "\n"
	if outcome.Err != nil {
		arguments += outcome.Err.Error() + "\n"
	}
	if outcome.Case.Dir != "" {
		if err := os.CopyFS(filepath.Join(dir, "work"), os.DirFS(outcome.Case.Dir)); err != nil {
			return err
		}
	}
	return errors.Join(
		os.WriteFile(filepath.Join(dir, "arguments"), []byte(arguments), 0o600),
		os.WriteFile(filepath.Join(dir, "ours"), append(outcome.Ours.Stdout, outcome.Ours.Stderr...), 0o600),
		os.WriteFile(filepath.Join(dir, "theirs"), append(outcome.Theirs.Stdout, outcome.Theirs.Stderr...), 0o600),
	)
}
