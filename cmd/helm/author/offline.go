package author

import (
	"maps"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/helm-dm/helm-dm/cmd/helm/fault"
	"github.com/helm-dm/helm-dm/cmd/helm/world"
)

const (
	dryRunFlag   = "dry-run"
	dryRunClient = "client"
)

// borrowed are flags of Helm's that a command has for the sake of scripts. None
// of them is listed in its help.
type borrowed struct {
	switches []string          // without effect; they need no value
	values   []string          // without effect, with a value
	refused  map[string]string // by name, with what to do instead
}

// everywhere are the flags that every command of Helm's has. They say how to
// reach a cluster or a registry, and none is reached here.
func everywhere() borrowed {
	return borrowed{
		switches: []string{"debug", "kube-insecure-skip-tls-verify"},
		values: []string{
			"burst-limit", "color", "colour", "content-cache", "kube-apiserver", "kube-as-group", "kube-as-user", "kube-ca-file",
			"kube-tls-server-name", "kube-token", "qps", "registry-config", "repository-cache", "repository-config",
		},
	}
}

// remote are the flags of commands of Helm's that fetch charts.
func remote() borrowed {
	return borrowed{
		switches: []string{"insecure-skip-tls-verify", "pass-credentials", "plain-http"},
		values:   []string{"ca-file", "cert-file", "key-file", "keyring", "password", "username"},
		refused:  map[string]string{"dependency-update": "put the packages of the dependencies into the chart's folder charts"},
	}
}

// installing are the flags of Helm's template that say how a release is
// installed, and those that need a network, a cluster or a plugin.
func installing() borrowed {
	const local = "helm template PATH, a package or folder on this machine"
	return borrowed{
		switches: []string{
			"atomic", "create-namespace", "disable-openapi-validation", "force-conflicts", "force-replace", "hide-notes", "replace",
			"rollback-on-failure", "server-side", "skip-crds", "take-ownership", "wait", "wait-for-jobs",
		},
		values: []string{"description", "labels"},
		refused: map[string]string{
			"devel":              local,
			"enable-dns":         "leave it out: getHostByName yields an empty text then",
			"post-renderer":      "helm template … | PROGRAM",
			"post-renderer-args": "helm template … | PROGRAM ARGUMENT…",
			"repo":               local,
			"validate":           "helm template … | kubectl apply --dry-run=server -f -",
			"verify":             local,
			"version":            local,
		},
	}
}

// signing are the flags of Helm's package that are about signatures.
func signing() borrowed {
	return borrowed{
		values:  []string{"key", "passphrase-file"},
		refused: map[string]string{"sign": "helm package PATH, and sign the package with gpg"},
	}
}

// borrow declares flags of Helm's, but for those that the command has anyway,
// and refuses those that ask for more than can be had here before it runs.
func borrow(cmd *cobra.Command, w *world.World, lists ...borrowed) {
	flags := cmd.Flags()
	refused := map[string]string{}
	declare := func(name string, bare bool) {
		if flags.Lookup(name) != nil {
			return
		}
		flags.String(name, "", "")
		flags.Lookup(name).Hidden = true
		if bare {
			flags.Lookup(name).NoOptDefVal = "true"
		}
	}
	for _, list := range append(lists, everywhere()) {
		for _, name := range list.switches {
			declare(name, true)
		}
		for _, name := range list.values {
			declare(name, false)
		}
		for name := range list.refused {
			declare(name, !slices.Contains([]string{"post-renderer", "post-renderer-args", "repo", "version"}, name))
		}
		maps.Copy(refused, list.refused)
	}
	flags.StringVar(&w.Flags.Access.Context, "kube-context", "", "")
	flags.Lookup("kube-context").Hidden = true
	if flags.Lookup("namespace") == nil {
		flags.StringVarP(&w.Flags.Access.Namespace, "namespace", "n", "", "no effect here")
		flags.Lookup("namespace").Hidden = true
	}
	cmd.PreRunE = func(cmd *cobra.Command, _ []string) error { return checkOffline(cmd.Flags(), refused) }
}

// borrowDryRun declares Helm's --dry-run, of which one value is possible, and the
// short form of --labels.
func borrowDryRun(flags *pflag.FlagSet) {
	flags.String(dryRunFlag, dryRunClient, "")
	flags.Lookup(dryRunFlag).NoOptDefVal = dryRunClient
	flags.StringP("labels", "l", "", "")
	for _, name := range []string{dryRunFlag, "labels"} {
		flags.Lookup(name).Hidden = true
	}
}

// checkOffline refuses the flags that ask for more than can be had here, and
// those that are empty because a variable of a script is.
func checkOffline(flags *pflag.FlagSet, refused map[string]string) error {
	if flag := flags.Lookup(dryRunFlag); flag != nil && !slices.Contains([]string{dryRunClient, "true"}, flag.Value.String()) {
		return fault.Usage("--dry-run=%s is not possible: no cluster is asked here", flag.Value).Mend("--dry-run=client, or leave it out")
	}
	var err error
	flags.Visit(func(flag *pflag.Flag) {
		try, isRefused := refused[flag.Name]
		switch {
		case isRefused && flag.Value.String() != "false":
			err = fault.Usage("--%s is not possible: this command works on this machine alone", flag.Name).Mend("%s", try)
		case flag.Value.String() == "" && slices.Contains([]string{"app-version", "destination", "output-dir", "starter", "version"}, flag.Name):
			err = fault.Usage("--%s is empty", flag.Name)
		}
	})
	return err
}
