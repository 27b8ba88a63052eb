// Command helm-local runs a whole Kubernetes control plane on one machine, for trying things out and for tests:
// etcd, kube-apiserver, kube-controller-manager and kube-scheduler, all real, with KWOK playing the part of a node.
// It is one program: "up" starts it again once for each part, in the background, as "helm-local part NAME".
//
// The version that the API server reports is set when the program is linked; version.mk holds the flags.
package main

import (
	"os"

	"github.com/helm-dm/helm-dm/localcluster/cluster"
	"github.com/helm-dm/helm-dm/localcluster/command"
	"github.com/helm-dm/helm-dm/localcluster/part"
)

func main() {
	if len(os.Args) > 2 && os.Args[1] == cluster.PartWord {
		os.Exit(part.Run(os.Args[2], os.Args[3:]))
	}
	os.Exit(command.Run(os.Args[1:], os.Stdout, os.Stderr))
}
