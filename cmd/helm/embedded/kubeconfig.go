package embedded

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/clientcmd/api"
)

// Context is the name of the context, and of its cluster, in the user's
// kubeconfig. A cluster in a folder of its own that finds the name taken has one
// that begins with it.
const Context = "helm-local"

// Place is where Join put the access to a cluster.
type Place struct {
	File    string // the kubeconfig that was written
	Context string
	Before  string // the context that was current before; may be empty
	// Other is the server of the cluster that the context helm-local was of
	// (where Context is that), or still is of; empty: there is none.
	Other string
}

// Join copies the administrator's access to the cluster into the user's
// kubeconfig and makes it the current context. File is that kubeconfig; empty
// means $KUBECONFIG, else ~/.kube/config. Everything else in it is kept. With an
// empty name the context is helm-local, whoever has it; else it is helm-local if
// that is free, or one that ends in the name.
func Join(admin, file, name string) (Place, error) {
	access, err := clientcmd.LoadFromFile(admin)
	if err != nil {
		return Place{}, fmt.Errorf("reading the cluster's kubeconfig: %w", err)
	}
	if err := api.FlattenConfig(access); err != nil {
		return Place{}, fmt.Errorf("reading the cluster's kubeconfig: %w", err)
	}
	own := access.Contexts[access.CurrentContext]
	if own == nil || access.Clusters[own.Cluster] == nil || access.AuthInfos[own.AuthInfo] == nil {
		return Place{}, fmt.Errorf("reading the cluster's kubeconfig %q: it has no current context", admin)
	}
	options := pathOptions(file)
	p := Place{File: options.GetDefaultFilename()}
	p.Before, err = change(options, func(config *api.Config) {
		cluster := *access.Clusters[own.Cluster]
		if !vacant(config, Context, cluster) {
			p.Other = config.Clusters[Context].Server
		}
		p.Context = choose(config, cluster, name)
		place(config, p.Context, cluster, *access.AuthInfos[own.AuthInfo])
	})
	return p, err
}

// choose names the context of a cluster: the first candidate that is not
// another's.
func choose(config *api.Config, cluster api.Cluster, name string) string {
	candidate := Context
	for i := 2; name != "" && !vacant(config, candidate, cluster); i++ {
		candidate = Context + "-" + name
		if i > 2 {
			candidate += "-" + strconv.Itoa(i-1)
		}
	}
	return candidate
}

// vacant says whether a name is nobody's, or this cluster's: the same server, or,
// after a change of ports, the same CA.
func vacant(config *api.Config, name string, cluster api.Cluster) bool {
	old := config.Clusters[name]
	return old == nil || old.Server == cluster.Server ||
		len(old.CertificateAuthorityData) > 0 && bytes.Equal(old.CertificateAuthorityData, cluster.CertificateAuthorityData)
}

// Leave removes what Join wrote about the cluster at server.
func Leave(file, server string) error {
	_, err := change(pathOptions(file), func(config *api.Config) {
		for name, cluster := range config.Clusters {
			if cluster.Server != server || name != Context && !strings.HasPrefix(name, Context+"-") {
				continue
			}
			delete(config.Clusters, name)
			delete(config.AuthInfos, userOf(name))
			delete(config.Contexts, name)
			if config.CurrentContext == name {
				config.CurrentContext = ""
			}
		}
	})
	return err
}

// userOf is the user of a context in the user's kubeconfig.
func userOf(context string) string { return context + "-admin" }

// place lays the three entries over those of an earlier Join, in the file that
// each of them is in.
func place(config *api.Config, name string, cluster api.Cluster, user api.AuthInfo) {
	context := api.Context{Cluster: name, AuthInfo: userOf(name)}
	cluster.LocationOfOrigin, user.LocationOfOrigin = "", ""
	if old := config.Clusters[name]; old != nil {
		cluster.LocationOfOrigin = old.LocationOfOrigin
	}
	if old := config.AuthInfos[userOf(name)]; old != nil {
		user.LocationOfOrigin = old.LocationOfOrigin
	}
	if old := config.Contexts[name]; old != nil {
		context = *old
		context.Cluster, context.AuthInfo = name, userOf(name)
	}
	config.Clusters[name], config.AuthInfos[userOf(name)], config.Contexts[name] = &cluster, &user, &context
	config.CurrentContext = name
}

// change writes what edit made of the kubeconfig, under kubectl's lock, and
// returns the context that was current before.
func change(options *clientcmd.PathOptions, edit func(*api.Config)) (string, error) {
	config, err := options.GetStartingConfig()
	if err != nil {
		return "", fmt.Errorf("reading the kubeconfig %s: %w", options.GetDefaultFilename(), err)
	}
	before := config.CurrentContext
	edit(config)
	if err := clientcmd.ModifyConfig(options, *config, false); err != nil {
		return "", fmt.Errorf("writing the kubeconfig %s: %w%s", options.GetDefaultFilename(), err, lockHint(err))
	}
	return before, nil
}

// lockHint explains the lock file that a killed kubectl leaves behind.
func lockHint(err error) string {
	if strings.Contains(err.Error(), ".lock") {
		return " (another program is writing it; if there is none, remove the lock file)"
	}
	return ""
}

func pathOptions(file string) *clientcmd.PathOptions {
	options := clientcmd.NewDefaultPathOptions()
	options.LoadingRules.ExplicitPath = file
	options.LoadingRules.MigrationRules = nil
	return options
}
