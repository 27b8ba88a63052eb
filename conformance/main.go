// Command conformance compares Helm/DM with Helm on charts: both render them in
// the same circumstances, and what they print is compared byte by byte.
//
//	go run . -ours ../bin/helm -theirs ../bin/helm4 -keep differences FOLDER…
//
// It prints a table of how the cases ended, by the cause of what differs, and of
// what both programs took. It exits with 1 when a case differs.
//
// The tests beside it do the same with the charts that Helm ships as test data,
// with the project's examples and with the charts in testdata. Helm is run as a
// program, built from the version that go.mod pins. Nothing of it is linked, and
// its source is not to be read.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"

	"github.com/helm-dm/helm-dm/conformance/program"
)

func main() {
	if program.IsLauncher() {
		os.Exit(program.Launch())
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	same, err := run(ctx, os.Args[1:], os.Stdout)
	if err != nil {
		fmt.Fprintln(os.Stderr, "Error:", err)
		os.Exit(2)
	}
	if !same {
		os.Exit(1)
	}
}
