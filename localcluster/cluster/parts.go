package cluster

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/helm-dm/helm-dm/localcluster/process"
)

// Names of the parts.
const (
	etcd       = "etcd"
	apiServer  = "kube-apiserver"
	controller = "kube-controller-manager"
	scheduler  = "kube-scheduler"
	kwok       = "kwok"
)

// waves lists the parts in the order of their start; those of a wave start together.
func waves() [][]string {
	return [][]string{{etcd}, {apiServer}, {controller, scheduler, kwok}}
}

func partNames() []string { return slices.Concat(waves()...) }

// part is how one part is started and asked for its health. Paths are relative to the cluster's folder, its working
// directory: some flags take lists and would break at a comma in the folder's name.
type part struct {
	name   string
	port   int
	args   []string
	health string // path of the URL that answers 200 when the part is of use
	ca     string // authority of its serving certificate
	client string // certificate with which to ask
}

func (s settings) part(name string) part {
	p := part{name: name, port: s.Ports[name], health: "/healthz", ca: clusterCA, client: adminClient}
	switch name {
	case etcd:
		p.args, p.health, p.ca, p.client = s.etcdArgs(), "/health", etcdCA, etcdClient
	case apiServer:
		p.args, p.health = s.apiServerArgs(), "/readyz"
	case controller:
		p.args = s.controllerArgs()
	case scheduler:
		p.args, p.health = s.schedulerArgs(), "/readyz"
	case kwok:
		p.args = s.kwokArgs()
	}
	return p
}

// spec describes the part's process. Its note changes whenever the part would start differently: with other
// arguments, in another version, or because a file that an argument names has changed.
func (c *Cluster) spec(p part) process.Spec {
	sum := sha256.New()
	fmt.Fprintln(sum, Kubernetes())
	for _, arg := range p.args {
		fmt.Fprintln(sum, arg)
		_, value, _ := strings.Cut(arg, "=")
		if data, err := os.ReadFile(c.path(value)); err == nil {
			sum.Write(data)
		}
	}
	return process.Spec{
		Name: p.name,
		Path: c.program,
		Args: append([]string{PartWord, p.name}, p.args...),
		Env:  c.environment(),
		Dir:  c.dir,
		Note: hex.EncodeToString(sum.Sum(nil)),
	}
}

// environment keeps from the parts what would configure them behind our back: ETCD_NAME, KWOK_…, KUBE_FEATURE_…,
// and ~/.kwok.
func (c *Cluster) environment() []string {
	env := []string{"KWOK_WORKDIR=" + c.path(dataDir)}
	keep := []string{"PATH", "HOME", "TMPDIR", "TZ", "GOMAXPROCS", "GOGC", "GOMEMLIMIT", "GODEBUG", "GOTRACEBACK"}
	for _, name := range keep {
		if value, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+value)
		}
	}
	return env
}
