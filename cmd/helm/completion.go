package main

import (
	"github.com/spf13/cobra"

	"github.com/helm-dm/helm-dm/cmd/helm/world"
)

// addCompletion adds the library's command completion, with examples, and made
// to refuse arguments as all others do. It will write where root does by now.
func addCompletion(root *cobra.Command) {
	root.InitDefaultCompletionCmd()
	completeFlags(root)
	examples := map[string]string{
		"completion": "  source <(helm completion bash)",
		"bash":       "  source <(helm completion bash)",
		"zsh":        "  source <(helm completion zsh)",
		"fish":       "  helm completion fish | source",
		"powershell": "  helm completion powershell | Out-String | Invoke-Expression",
	}
	cmd, _, err := root.Find([]string{"completion"})
	if err != nil {
		return // the library has none
	}
	cmd.Args, cmd.RunE = cobra.ArbitraryArgs, orHelp
	cmd.SuggestionsMinimumDistance = 2
	cmd.Example = examples[cmd.Name()]
	for _, shell := range cmd.Commands() {
		shell.Args, shell.Example = world.Wants(0, 0), examples[shell.Name()]
	}
}

// completeFlags completes the values of the flags of every command, which are
// no files but for --kubeconfig.
func completeFlags(root *cobra.Command) {
	formats := []string{world.FormatText, world.FormatJSON, world.FormatYAML, world.FormatName, world.FormatWide}
	for _, cmd := range append(root.Commands(), root) {
		_ = cmd.RegisterFlagCompletionFunc("output", cobra.FixedCompletions(formats, cobra.ShellCompDirectiveNoFileComp)) // it may have one already
		for _, name := range []string{"as", "as-group", "context", "kube-version", "namespace", "timeout"} {
			_ = cmd.RegisterFlagCompletionFunc(name, cobra.NoFileCompletions) // or no such flag
		}
	}
}
