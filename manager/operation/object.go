package operation

import (
	"fmt"
	"net"
	"strconv"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/helm-dm/helm-dm/kube"
	"github.com/helm-dm/helm-dm/state"
)

func gvk(apiVersion, kind string) schema.GroupVersionKind {
	return schema.FromAPIVersionAndKind(apiVersion, kind)
}

func refOf(o state.Object) kube.Ref {
	return kube.Ref{GroupVersionKind: gvk(o.APIVersion, o.Kind), Namespace: o.Namespace, Name: o.Name}
}

// addresses says where live objects can be reached from outside the cluster, or
// inside it where that is all there is. Entries of live may be nil.
func addresses(live []*unstructured.Unstructured) []string {
	var found []string
	for _, object := range live {
		if object == nil {
			continue
		}
		switch object.GroupVersionKind().GroupKind() {
		case schema.GroupKind{Kind: "Service"}:
			found = append(found, serviceAddresses(object.Object)...)
		case schema.GroupKind{Group: "networking.k8s.io", Kind: "Ingress"}:
			found = append(found, ingressAddresses(object.Object)...)
		}
	}
	return found
}

func serviceAddresses(service map[string]any) []string {
	hosts := balancers(service)
	if len(hosts) == 0 {
		ip, _, _ := unstructured.NestedString(service, "spec", "clusterIP")
		if ip == "" || ip == "None" {
			return nil
		}
		hosts = []string{ip}
	}
	ports, _, _ := unstructured.NestedSlice(service, "spec", "ports")
	var found []string
	for _, host := range hosts {
		for _, p := range ports {
			port, _ := p.(map[string]any)
			if number, ok := port["port"].(int64); ok {
				found = append(found, net.JoinHostPort(host, strconv.FormatInt(number, 10)))
			}
		}
	}
	return found
}

// balancers are the addresses of a load balancer that has some already.
func balancers(service map[string]any) []string {
	ingress, _, _ := unstructured.NestedSlice(service, "status", "loadBalancer", "ingress")
	var hosts []string
	for _, i := range ingress {
		entry, _ := i.(map[string]any)
		for _, key := range []string{"hostname", "ip"} {
			if host, _ := entry[key].(string); host != "" {
				hosts = append(hosts, host)
				break
			}
		}
	}
	return hosts
}

func ingressAddresses(ingress map[string]any) []string {
	scheme := "http"
	if tls, _, _ := unstructured.NestedSlice(ingress, "spec", "tls"); len(tls) > 0 {
		scheme = "https"
	}
	rules, _, _ := unstructured.NestedSlice(ingress, "spec", "rules")
	var found []string
	for _, r := range rules {
		rule, _ := r.(map[string]any)
		if host, _ := rule["host"].(string); host != "" {
			found = append(found, fmt.Sprintf("%s://%s", scheme, host))
		}
	}
	return found
}
