package main

import (
	"slices"

	"github.com/helm-dm/helm-dm/cmd/helm/fault"
)

// ours are the commands that do what a command of Helm's does under another name.
func ours() map[string]string {
	return map[string]string{
		"del":       "helm delete NAME",
		"install":   "helm deploy -n NAME CHART",
		"list":      "helm deployment list",
		"ls":        "helm deployment list",
		"un":        "helm delete NAME",
		"uninstall": "helm delete NAME",
	}
}

// missing are the commands of Helm's that nothing here does.
func missing() []string {
	return []string{
		"dependency", "dep", "env", "fetch", "get", "hist", "history", "inspect", "plugin", "pull", "push", "registry", "repo", "rollback",
		"search", "show", "test", "upgrade", "verify",
	}
}

// elsewhere refuses a command of Helm's that is called otherwise here, or is not
// there yet. It returns nil for all other names.
func elsewhere(name string) error {
	if own, known := ours()[name]; known {
		return fault.Usage("there is no command %q", "helm "+name).Mend("%s", own)
	}
	if slices.Contains(missing(), name) {
		return fault.Usage("the command %q of Helm is not there yet", "helm "+name).Mend("helm --help, for what is")
	}
	return nil
}
