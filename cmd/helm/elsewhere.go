package main

import (
	"slices"

	"github.com/helm-dm/helm-dm/cmd/helm/fault"
)

// ours are the commands that do what a command of Helm's does under another name,
// or why none has to.
func ours() map[string]string {
	const (
		fetched = "helm deploy CHART, or helm chart show --all CHART: the manager fetches charts"
		reads   = "helm repo list -o wide: the manager reads repositories anew by itself"
	)
	return map[string]string{
		"del":         "helm delete NAME",
		"fetch":       fetched,
		"inspect":     "helm chart show CHART",
		"install":     "helm deploy -n NAME CHART",
		"list":        "helm deployment list",
		"ls":          "helm deployment list",
		"pull":        fetched,
		"push":        "helm release -u DEST FILE",
		"registry":    "helm credential add USER -, and helm repo add -c NAME oci://HOST/NAMESPACE",
		"repo index":  "helm release -u DEST FILE, which keeps the index in step",
		"repo up":     reads,
		"repo update": reads,
		"show":        "helm chart show CHART",
		"un":          "helm delete NAME",
		"uninstall":   "helm delete NAME",
	}
}

// missing are the commands of Helm's that nothing here does.
func missing() []string {
	return []string{"dependency", "dep", "env", "get", "hist", "history", "plugin", "rollback", "test", "upgrade", "verify"}
}

// elsewhere refuses a command of Helm's that is called otherwise here, or is not
// there yet, by its words after helm. It returns nil for all other names.
func elsewhere(name string) error {
	if own, known := ours()[name]; known {
		return fault.Usage("there is no command %q", "helm "+name).Mend("%s", own)
	}
	if slices.Contains(missing(), name) {
		return fault.Usage("the command %q of Helm is not there yet", "helm "+name).Mend("helm --help, for what is")
	}
	return nil
}
