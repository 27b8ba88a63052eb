package cluster

import (
	"errors"
	"path/filepath"

	"github.com/helm-dm/helm-dm/localcluster/file"
	"github.com/helm-dm/helm-dm/localcluster/pki"
)

// Three authorities, so that a certificate opens one door only: users and parts are vouched for by the cluster's;
// the front proxy has its own, or any user could pass for it; and so has etcd, or any user could read it.
const (
	clusterCA    = "ca"
	frontProxyCA = "front-proxy-ca"
	etcdCA       = "etcd-ca"
)

// Certificates that are not named after a part.
const (
	frontProxyClient = "front-proxy-client"
	etcdClient       = "kube-apiserver-etcd-client"
	adminClient      = "admin"
	serviceAccount   = "service-account"
)

const adminUser = "helm-local-admin"

// masters is the group that may do everything, whatever RBAC says.
const masters = "system:masters"

// certificate is one that the cluster keeps, in the files pki/NAME.crt and pki/NAME.key.
type certificate struct {
	authority string
	name      string
	request   pki.Request
	access    string // path of the kubeconfig that holds it, if any
}

func crt(name string) string { return filepath.Join(pkiDir, name+".crt") }
func key(name string) string { return filepath.Join(pkiDir, name+".key") }

func kubeconfig(part string) string { return filepath.Join(kubeconfigDir, part) }

func certificates() []certificate {
	local := []string{"localhost", "127.0.0.1"}
	service := []string{
		"kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc." + clusterDomain,
		serviceAddress,
	}
	return []certificate{
		{etcdCA, etcd, pki.Request{Name: etcd, Hosts: local}, ""},
		{etcdCA, etcdClient, pki.Request{Name: etcdClient}, ""},
		{frontProxyCA, frontProxyClient, pki.Request{Name: frontProxyClient}, ""},
		{clusterCA, apiServer, pki.Request{Name: apiServer, Hosts: append(service, local...)}, ""},
		{clusterCA, controller, pki.Request{Name: "system:" + controller, Hosts: local}, kubeconfig(controller)},
		{clusterCA, scheduler, pki.Request{Name: "system:" + scheduler, Hosts: local}, kubeconfig(scheduler)},
		{clusterCA, kwok, pki.Request{Name: "system:" + kwok, Groups: []string{masters}, Hosts: local}, kubeconfig(kwok)},
		{clusterCA, adminClient, pki.Request{Name: adminUser, Groups: []string{masters}}, adminFile},
	}
}

// keepTrust makes or renews the authorities, certificates and kubeconfigs.
func (c *Cluster) keepTrust(s settings) error {
	authorities := map[string]*pki.Authority{}
	for _, name := range []string{clusterCA, frontProxyCA, etcdCA} {
		a, err := pki.KeepAuthority(c.path(filepath.Join(pkiDir, name)), Name+"-"+name)
		if err != nil {
			return err
		}
		authorities[name] = a
	}
	errs := []error{pki.KeepKey(c.path(key(serviceAccount)))}
	for _, cert := range certificates() {
		errs = append(errs, c.keep(cert, authorities[cert.authority], s))
	}
	return errors.Join(errs...)
}

func (c *Cluster) keep(cert certificate, a *pki.Authority, s settings) error {
	pair, err := a.Keep(c.path(filepath.Join(pkiDir, cert.name)), cert.request)
	if err != nil || cert.access == "" {
		return err
	}
	data, err := pki.Kubeconfig(pki.Access{
		Server: s.server(), CA: a.PEM(), Cluster: Name, Context: Name, User: cert.request.Name, Pair: pair,
	})
	if err != nil {
		return err
	}
	return file.Write(c.path(cert.access), data)
}
