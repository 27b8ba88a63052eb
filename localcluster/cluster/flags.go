package cluster

import (
	"fmt"
	"path/filepath"
	"slices"
)

const (
	serviceRange   = "10.96.0.0/16"
	serviceAddress = "10.96.0.1" // of the service "kubernetes": the first of the range
	podRange       = "10.244.0.0/16"
	clusterDomain  = "cluster.local"
)

// etcdArgs: a single member needs no peers, but etcd listens for them all the same; any free port does.
// Without fsync a power failure may cost the data, a crash of etcd does not.
func (s settings) etcdArgs() []string {
	url := "https://" + loopback(s.Ports[etcd])
	const peer = "https://127.0.0.1:0"
	return []string{
		"--name=" + Name,
		"--data-dir=" + filepath.Join(dataDir, etcd),
		"--listen-client-urls=" + url,
		"--advertise-client-urls=" + url,
		"--listen-peer-urls=" + peer,
		"--initial-advertise-peer-urls=" + peer,
		"--initial-cluster=" + Name + "=" + peer,
		"--client-cert-auth=true",
		"--cert-file=" + crt(etcd),
		"--key-file=" + key(etcd),
		"--trusted-ca-file=" + crt(etcdCA),
		"--peer-client-cert-auth=true",
		"--peer-cert-file=" + crt(etcd),
		"--peer-key-file=" + key(etcd),
		"--peer-trusted-ca-file=" + crt(etcdCA),
		"--unsafe-no-fsync=true",
		"--log-level=warn",
	}
}

// apiServerArgs leave out --enable-aggregator-routing: with it an APIService whose Service is an ExternalName, which
// is how a server beside the cluster is reached, would be refused.
func (s settings) apiServerArgs() []string {
	return slices.Concat(s.serving(apiServer), []string{
		"--advertise-address=127.0.0.1", // else it looks for a route to the outside, which there need not be
		"--external-hostname=localhost",
		"--endpoint-reconciler-type=none", // loopback is no valid endpoint
		"--etcd-servers=https://" + loopback(s.Ports[etcd]),
		"--etcd-cafile=" + crt(etcdCA),
		"--etcd-certfile=" + crt(etcdClient),
		"--etcd-keyfile=" + key(etcdClient),
		"--client-ca-file=" + crt(clusterCA),
		"--authorization-mode=RBAC",
		"--allow-privileged=true",
		"--service-cluster-ip-range=" + serviceRange,
		"--service-account-issuer=https://kubernetes.default.svc." + clusterDomain,
		"--service-account-key-file=" + key(serviceAccount),
		"--service-account-signing-key-file=" + key(serviceAccount),
		"--kubelet-certificate-authority=" + crt(clusterCA),
		"--kubelet-preferred-address-types=InternalIP",
		"--requestheader-client-ca-file=" + crt(frontProxyCA),
		"--requestheader-allowed-names=" + frontProxyClient,
		"--requestheader-username-headers=X-Remote-User",
		"--requestheader-uid-headers=X-Remote-Uid",
		"--requestheader-group-headers=X-Remote-Group",
		"--requestheader-extra-headers-prefix=X-Remote-Extra-",
		"--proxy-client-cert-file=" + crt(frontProxyClient),
		"--proxy-client-key-file=" + key(frontProxyClient),
	})
}

func (s settings) controllerArgs() []string {
	return slices.Concat(s.serving(controller), clientOf(controller), []string{
		"--leader-elect=false",
		"--kube-api-qps=500", // the usual 20 hold up the start of its controllers for seconds
		"--kube-api-burst=1000",
		"--use-service-account-credentials=true",
		"--service-account-private-key-file=" + key(serviceAccount),
		"--root-ca-file=" + crt(clusterCA),
		"--cluster-signing-cert-file=" + crt(clusterCA),
		"--cluster-signing-key-file=" + key(clusterCA),
	})
}

func (s settings) schedulerArgs() []string {
	return slices.Concat(s.serving(scheduler), clientOf(scheduler), []string{"--leader-elect=false"})
}

// kwokArgs make KWOK the kubelet of the nodes that bear its annotation.
func (s settings) kwokArgs() []string {
	return []string{
		"--kubeconfig=" + kubeconfig(kwok),
		"--config=" + kwokFile,
		"--manage-nodes-with-annotation-selector=" + kwokAnnotation + "=" + kwokFake,
		"--cidr=" + podRange,
		"--node-ip=127.0.0.1",
		fmt.Sprintf("--node-port=%d", s.Ports[kwok]),
		"--node-lease-duration-seconds=40",
		"--server-address=" + loopback(s.Ports[kwok]),
		"--tls-cert-file=" + crt(kwok),
		"--tls-private-key-file=" + key(kwok),
	}
}

func (s settings) serving(part string) []string {
	return []string{
		"--bind-address=127.0.0.1",
		fmt.Sprintf("--secure-port=%d", s.Ports[part]),
		"--tls-cert-file=" + crt(part),
		"--tls-private-key-file=" + key(part),
	}
}

// clientOf lets a part call the API server, and ask it who calls the part and may.
func clientOf(part string) []string {
	return []string{
		"--kubeconfig=" + kubeconfig(part),
		"--authentication-kubeconfig=" + kubeconfig(part),
		"--authorization-kubeconfig=" + kubeconfig(part),
	}
}
