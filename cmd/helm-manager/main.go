// Command helm-manager is the manager of Helm/DM: an aggregated API server that
// deploys charts as its callers. It is not run by hand: helm local runs it beside
// the embedded cluster, and its manifests run it in others.
package main

import (
	"os"

	genericapiserver "k8s.io/apiserver/pkg/server"
	"k8s.io/component-base/cli"

	"github.com/helm-dm/helm-dm/render/worker/process"
)

func main() {
	if process.Asked(os.Args) {
		os.Exit(process.Main(os.Args))
	}
	os.Exit(cli.Run(newCommand(genericapiserver.SetupSignalContext())))
}
