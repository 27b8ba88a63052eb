package archtest

import "maps"

// budgets are what the parts with the strictest promises may depend on.
func budgets() map[string]budget {
	return map[string]budget{
		"api":     {packages: []string{"./api/v1alpha1"}, modules: apimachinery()},
		"openapi": {packages: []string{"./api/openapi"}, modules: openapi()},
		"chart":   {packages: []string{"./chart/..."}, modules: merged(chart(), provenance())},
		"render":  {packages: []string{"./render/..."}, modules: merged(render(), worker())},
		"helm":    {packages: []string{"./cmd/helm"}, modules: helm(), never: notInHelm()},
	}
}

// apimachinery is the one library that the wire types are made of, and what it
// brings along.
func apimachinery() map[string]string {
	const brought = "of apimachinery"
	return map[string]string{
		"k8s.io/apimachinery":                  "object metadata, encoding, groups and versions",
		"github.com/fxamacker/cbor/v2":         brought,
		"github.com/go-logr/logr":              brought,
		"github.com/json-iterator/go":          brought,
		"github.com/modern-go/concurrent":      brought,
		"github.com/modern-go/reflect2":        brought,
		"github.com/x448/float16":              brought,
		"go.yaml.in/yaml/v2":                   brought,
		"golang.org/x/net":                     brought,
		"golang.org/x/text":                    brought,
		"gopkg.in/inf.v0":                      brought,
		"k8s.io/klog/v2":                       brought,
		"k8s.io/kube-openapi":                  brought,
		"k8s.io/utils":                         brought,
		"sigs.k8s.io/json":                     brought,
		"sigs.k8s.io/randfill":                 brought,
		"sigs.k8s.io/structured-merge-diff/v6": brought,
	}
}

// openapi may have what kube-openapi brings along: the generated definitions
// are linked by the manager alone.
func openapi() map[string]string {
	const brought = "of kube-openapi"
	return merged(apimachinery(), map[string]string{
		"github.com/emicklei/go-restful/v3":      brought,
		"github.com/go-openapi/jsonpointer":      brought,
		"github.com/go-openapi/jsonreference":    brought,
		"github.com/go-openapi/swag":             brought,
		"github.com/go-openapi/swag/cmdutils":    brought,
		"github.com/go-openapi/swag/conv":        brought,
		"github.com/go-openapi/swag/fileutils":   brought,
		"github.com/go-openapi/swag/jsonutils":   brought,
		"github.com/go-openapi/swag/loading":     brought,
		"github.com/go-openapi/swag/mangling":    brought,
		"github.com/go-openapi/swag/netutils":    brought,
		"github.com/go-openapi/swag/pools":       brought,
		"github.com/go-openapi/swag/stringutils": brought,
		"github.com/go-openapi/swag/typeutils":   brought,
		"github.com/go-openapi/swag/yamlutils":   brought,
		"github.com/google/gnostic-models":       brought,
		"go.yaml.in/yaml/v3":                     brought,
		"google.golang.org/protobuf":             brought,
	})
}

func chart() map[string]string {
	return map[string]string{
		"github.com/Masterminds/semver/v3":         "versions and ranges, with the meaning charts rely on",
		"github.com/santhosh-tekuri/jsonschema/v6": "values.schema.json, read as Helm reads it",
		"golang.org/x/text":                        "of jsonschema",
		"sigs.k8s.io/yaml":                         "YAML as Kubernetes reads it",
		"go.yaml.in/yaml/v2":                       "of sigs.k8s.io/yaml",
		"go.yaml.in/yaml/v3":                       "the comments of values.yaml",
	}
}

// provenance is what verifying signatures takes besides.
func provenance() map[string]string {
	const brought = "of go-crypto"
	return map[string]string{
		"github.com/ProtonMail/go-crypto": "OpenPGP, which x/crypto has given up",
		"github.com/cloudflare/circl":     brought,
		"golang.org/x/crypto":             brought,
		"golang.org/x/sys":                brought,
	}
}

// render may have the functions that charts call, and what they bring along.
func render() map[string]string {
	const brought = "of sprig"
	return merged(chart(), map[string]string{
		"github.com/Masterminds/sprig/v3":    "template functions",
		"github.com/BurntSushi/toml":         "toToml, fromToml",
		"github.com/gobwas/glob":             ".Files.Glob",
		"go.yaml.in/yaml/v3":                 "toYamlPretty",
		"dario.cat/mergo":                    brought,
		"github.com/Masterminds/goutils":     brought,
		"github.com/google/uuid":             brought,
		"github.com/huandu/xstrings":         brought,
		"github.com/mitchellh/copystructure": brought,
		"github.com/mitchellh/reflectwalk":   brought,
		"github.com/shopspring/decimal":      brought,
		"github.com/spf13/cast":              brought,
		"golang.org/x/crypto":                brought,
	})
}

// worker is what running the renderer in confined processes takes besides.
func worker() map[string]string {
	return map[string]string{
		"github.com/landlock-lsm/go-landlock":           "no files, no network: on all threads",
		"kernel.org/pub/linux/libs/security/libcap/psx": "of go-landlock",
		"github.com/elastic/go-seccomp-bpf":             "no system calls but those of the Go runtime, without C",
		"golang.org/x/net":                              "of go-seccomp-bpf: the filter's instructions",
		"golang.org/x/sys":                              "limits, shared memory",
		"golang.org/x/sync":                             "the workers of a pool",
	}
}

// helm is linked of little, because every start of it pays for every package.
func helm() map[string]string {
	return merged(apimachinery(), render(), map[string]string{
		"github.com/spf13/cobra":       "commands",
		"github.com/spf13/pflag":       "flags",
		"golang.org/x/term":            "the width of the terminal",
		"golang.org/x/sys":             "of x/term",
		"k8s.io/client-go":             "kubeconfig, credentials and transport; no clientset",
		"k8s.io/api":                   "what discovery answers",
		"github.com/davecgh/go-spew":   "of client-go",
		"github.com/munnerz/goautoneg": "of client-go",
		"golang.org/x/oauth2":          "of client-go: kubeconfigs may name OpenID Connect",
		"golang.org/x/time":            "of client-go",

		"oras.land/oras-go/v2":                 "releasing to registries, and docker's stored logins",
		"github.com/opencontainers/go-digest":  "of oras-go",
		"github.com/opencontainers/image-spec": "of oras-go",
		"golang.org/x/sync":                    "of oras-go",
	})
}

// notInHelm are packages that would come in easily, and cost too much or do not
// belong to a client.
func notInHelm() map[string]string {
	const server, start = "it is the manager's", "it slows every start"
	return map[string]string{
		"k8s.io/apiserver":                 server,
		"gocloud.dev":                      server,
		"github.com/aws":                   server,
		"cloud.google.com":                 server,
		"github.com/Azure":                 server,
		modulePath + "/chart/provenance":   start,
		modulePath + "/kube/account":       server,
		modulePath + "/localcluster":       "helm runs helm-local, it does not contain it",
		modulePath + "/manager":            server,
		modulePath + "/repo/bucket":        server,
		modulePath + "/repo/catalog":       server,
		modulePath + "/repo/kinds":         server,
		modulePath + "/server":             server,
		modulePath + "/state":              server,
		"k8s.io/client-go/kubernetes":      start,
		"k8s.io/client-go/discovery":       start,
		"github.com/google/gnostic-models": start,
	}
}

func merged(parts ...map[string]string) map[string]string {
	all := map[string]string{}
	for _, part := range parts {
		maps.Copy(all, part)
	}
	return all
}
