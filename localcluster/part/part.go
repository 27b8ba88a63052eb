// Package part turns the running program into one component of the cluster: etcd, a Kubernetes control plane program
// or KWOK. Each reads its own flags and handles its own signals, so a process is one part for its whole life and
// nothing else of helm-local may have touched either before.
package part

import (
	"fmt"
	"os"
	"syscall"

	"go.etcd.io/etcd/server/v3/etcdmain"
	"k8s.io/component-base/cli"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllers "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"

	_ "time/tzdata" // time zones of CronJobs

	_ "k8s.io/component-base/metrics/prometheus/clientgo" // request metrics of the Kubernetes parts
	_ "k8s.io/component-base/metrics/prometheus/version"  // their build_info metric
)

// Run becomes the part of that name and returns its exit code when it ends; 2 when there is no such part.
func Run(name string, args []string) int {
	syscall.CloseOnExec(3)                    // children must not hold the lock that says that the part is alive
	os.Args = append([]string{name}, args...) // where the parts look for their flags
	switch name {
	case "etcd":
		etcdmain.Main(os.Args)
		return 0
	case "kube-apiserver":
		return cli.Run(apiserver.NewAPIServerCommand())
	case "kube-controller-manager":
		return cli.Run(controllers.NewControllerManagerCommand())
	case "kube-scheduler":
		return cli.Run(scheduler.NewSchedulerCommand())
	case "kwok":
		return runKwok()
	}
	fmt.Fprintf(os.Stderr, "unknown part %q\n", name)
	return 2
}
