package author

import (
	"slices"

	"github.com/spf13/pflag"

	"github.com/helm-dm/helm-dm/cmd/helm/fault"
)

const (
	dryRunFlag   = "dry-run"
	dryRunClient = "client"
)

// refusals are flags of Helm's template that need the network, a cluster or a
// plugin, each with what to do instead.
func refusals() map[string]string {
	const packed = "helm template PATH, a package or folder on this machine"
	return map[string]string{
		"dependency-update": "put the packages of the dependencies into the chart's folder charts",
		"devel":             packed,
		"enable-dns":        "leave it out: getHostByName yields an empty text then",
		"post-renderer":     "helm template … | PROGRAM",
		"repo":              packed,
		"validate":          "helm template … | kubectl apply --dry-run=server -f -",
		"verify":            packed,
		"version":           packed,
	}
}

// idle are flags of Helm's template that say how a release is installed: they
// are taken, since scripts share them between commands, and have no effect.
func idle() []string {
	return []string{
		"create-namespace", "disable-openapi-validation", "force-conflicts", "force-replace", "replace",
		"rollback-on-failure", "server-side", "skip-crds", "take-ownership", "wait", "wait-for-jobs",
	}
}

// addOffline declares the flags of Helm's that make no difference here.
func addOffline(flags *pflag.FlagSet) {
	flags.String(dryRunFlag, dryRunClient, "only client is possible here")
	flags.Lookup(dryRunFlag).NoOptDefVal = dryRunClient
	for _, name := range idle() {
		flags.String(name, "", "no effect here")
		flags.Lookup(name).NoOptDefVal = "true"
	}
	flags.StringP("labels", "l", "", "no effect here")
	flags.String("description", "", "no effect here")
	for name := range refusals() {
		flags.String(name, "", "not possible here")
		if !slices.Contains([]string{"post-renderer", "repo", "version"}, name) { // which have a value in Helm
			flags.Lookup(name).NoOptDefVal = "true"
		}
	}
	for _, name := range slices.Concat(idle(), []string{dryRunFlag, "labels", "description"}) {
		flags.Lookup(name).Hidden = true
	}
	for name := range refusals() {
		flags.Lookup(name).Hidden = true
	}
}

// checkOffline refuses the flags that ask for more than can be had here.
func checkOffline(flags *pflag.FlagSet) error {
	if flag := flags.Lookup(dryRunFlag); !slices.Contains([]string{dryRunClient, "true"}, flag.Value.String()) {
		return fault.Usage("--dry-run=%s is not possible: no cluster is asked here", flag.Value).Mend("--dry-run=client, or leave it out")
	}
	var err error
	flags.Visit(func(flag *pflag.Flag) {
		if try, refused := refusals()[flag.Name]; refused {
			err = fault.Usage("--%s is not possible: this command works on this machine alone", flag.Name).Mend("%s", try)
		}
	})
	return err
}
