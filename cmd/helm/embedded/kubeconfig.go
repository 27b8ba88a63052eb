package embedded

import (
	"fmt"
	"strings"

	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/clientcmd/api"
)

// Context is the name of the context, and of its cluster, in the user's
// kubeconfig.
const Context = "helm-local"

// Join copies the administrator's access to the cluster into the user's
// kubeconfig and makes it the current context. File is that kubeconfig; empty
// means $KUBECONFIG, else ~/.kube/config. Everything else in it is kept. It
// returns the file that was written, and the context that was current before.
func Join(admin, file string) (written, before string, err error) {
	access, err := clientcmd.LoadFromFile(admin)
	if err != nil {
		return "", "", fmt.Errorf("reading the cluster's kubeconfig: %w", err)
	}
	if err := api.FlattenConfig(access); err != nil {
		return "", "", fmt.Errorf("reading the cluster's kubeconfig: %w", err)
	}
	own := access.Contexts[access.CurrentContext]
	if own == nil || access.Clusters[own.Cluster] == nil || access.AuthInfos[own.AuthInfo] == nil {
		return "", "", fmt.Errorf("reading the cluster's kubeconfig %q: it has no current context", admin)
	}
	options := pathOptions(file)
	before, err = change(options, func(config *api.Config) {
		place(config, *access.Clusters[own.Cluster], *access.AuthInfos[own.AuthInfo])
	})
	return options.GetDefaultFilename(), before, err
}

// Leave removes what Join wrote, if it is still about the cluster at server.
func Leave(file, server string) error {
	_, err := change(pathOptions(file), func(config *api.Config) {
		cluster := config.Clusters[Context]
		if cluster == nil || cluster.Server != server {
			return
		}
		delete(config.Clusters, Context)
		delete(config.AuthInfos, userName)
		delete(config.Contexts, Context)
		if config.CurrentContext == Context {
			config.CurrentContext = ""
		}
	})
	return err
}

// userName is the user in the user's kubeconfig.
const userName = Context + "-admin"

// place lays the three entries over those of an earlier Join, in the file that
// each of them is in.
func place(config *api.Config, cluster api.Cluster, user api.AuthInfo) {
	context := api.Context{Cluster: Context, AuthInfo: userName}
	cluster.LocationOfOrigin, user.LocationOfOrigin = "", ""
	if old := config.Clusters[Context]; old != nil {
		cluster.LocationOfOrigin = old.LocationOfOrigin
	}
	if old := config.AuthInfos[userName]; old != nil {
		user.LocationOfOrigin = old.LocationOfOrigin
	}
	if old := config.Contexts[Context]; old != nil {
		context = *old
		context.Cluster, context.AuthInfo = Context, userName
	}
	config.Clusters[Context], config.AuthInfos[userName], config.Contexts[Context] = &cluster, &user, &context
	config.CurrentContext = Context
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
