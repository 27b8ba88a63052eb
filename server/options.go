package server

import (
	"errors"
	"fmt"

	"github.com/spf13/pflag"
	genericoptions "k8s.io/apiserver/pkg/server/options"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

// Options are the flags of the manager's server.
type Options struct {
	// Kubeconfig of the manager's account; empty for the one of its pod.
	Kubeconfig string
	Serving    *genericoptions.SecureServingOptionsWithLoopback
	Review     *genericoptions.DelegatingAuthorizationOptions
	Audit      *genericoptions.AuditOptions
	Features   *genericoptions.FeatureOptions
}

// NewOptions returns the defaults: port 8443, access reviewed by kube-apiserver,
// priority and fairness on, no audit log.
func NewOptions() *Options {
	serving := genericoptions.NewSecureServingOptions()
	serving.BindPort = 8443
	serving.ServerCert.PairName = "helm-manager"
	serving.ServerCert.CertDirectory = ""
	features := genericoptions.NewFeatureOptions()
	features.EnableProfiling = false
	return &Options{
		Serving:  serving.WithLoopback(),
		Review:   genericoptions.NewDelegatingAuthorizationOptions(),
		Audit:    genericoptions.NewAuditOptions(),
		Features: features,
	}
}

// AddFlags adds the flags to fs.
func (o *Options) AddFlags(fs *pflag.FlagSet) {
	fs.StringVar(&o.Kubeconfig, "kubeconfig", o.Kubeconfig, "kubeconfig of the manager's account (default: that of its pod)")
	o.Serving.AddFlags(fs)
	o.Audit.AddFlags(fs)
	o.Features.AddFlags(fs)
}

// Validate reports everything that is wrong with the options.
func (o *Options) Validate() error {
	wrong := o.Serving.Validate()
	wrong = append(wrong, o.Audit.Validate()...)
	wrong = append(wrong, o.Features.Validate()...)
	return errors.Join(wrong...)
}

// ClientConfig is how the manager's account reaches the cluster.
func (o *Options) ClientConfig() (*rest.Config, error) {
	if o.Kubeconfig == "" {
		cfg, err := rest.InClusterConfig()
		if err != nil {
			return nil, fmt.Errorf("no --kubeconfig is given, and this is no pod: %w", err)
		}
		return cfg, nil
	}
	cfg, err := clientcmd.BuildConfigFromFlags("", o.Kubeconfig)
	if err != nil {
		return nil, fmt.Errorf("reading kubeconfig %q: %w", o.Kubeconfig, err)
	}
	return cfg, nil
}
