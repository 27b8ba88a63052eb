package client

import (
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/client-go/rest"

	"github.com/helm-dm/helm-dm/api/v1alpha1"
)

// defaultPatience is how long a restart of the manager, or of the API server,
// may reasonably take.
const defaultPatience = time.Minute

// Client talks to one cluster. It may be used by any number of goroutines.
type Client struct {
	// Patience is how long Follow and Tail go on asking a cluster that does not
	// answer; default one minute. Set it before the first use.
	Patience time.Duration

	rest   *rest.RESTClient
	params runtime.ParameterCodec
}

// New makes a client for the cluster that cfg names, without connecting to it.
func New(cfg *rest.Config) (*Client, error) {
	scheme := runtime.NewScheme()
	if err := v1alpha1.AddToScheme(scheme); err != nil {
		return nil, err
	}
	gv := v1alpha1.GroupVersion()
	own := rest.CopyConfig(cfg)
	own.APIPath = "/apis"
	own.GroupVersion = &gv
	own.ContentType = runtime.ContentTypeJSON
	own.NegotiatedSerializer = serializer.NewCodecFactory(scheme).WithoutConversion()
	client, err := rest.RESTClientFor(own)
	if err != nil {
		return nil, fmt.Errorf("using the cluster %q: %w", cfg.Host, err)
	}
	return &Client{rest: client, params: runtime.NewParameterCodec(scheme)}, nil
}

func (c *Client) patience() time.Duration {
	if c.Patience > 0 {
		return c.Patience
	}
	return defaultPatience
}
