package server

import (
	"context"
	"fmt"
	"maps"
	"net"
	"net/http"
	"time"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/util/sets"
	openapinamer "k8s.io/apiserver/pkg/endpoints/openapi"
	"k8s.io/apiserver/pkg/registry/rest"
	genericapiserver "k8s.io/apiserver/pkg/server"
	genericfilters "k8s.io/apiserver/pkg/server/filters"
	"k8s.io/apiserver/pkg/util/compatibility"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"

	"github.com/helm-dm/helm-dm/api/openapi"
	"github.com/helm-dm/helm-dm/api/v1alpha1"
	"github.com/helm-dm/helm-dm/manager"
)

// shutdownDelay is how long the server goes on answering after it said that it
// is no longer ready, so that the front proxy can turn elsewhere.
const shutdownDelay = 2 * time.Second

// Server serves a manager.
type Server struct {
	generic *genericapiserver.GenericAPIServer
	manager *manager.Manager
}

// New makes a server from options; client is the manager's own account. All
// wiring of the API server is in here. When ctx ends, so do the streams that
// would hold up the end of Run.
func New(ctx context.Context, o *Options, client kubernetes.Interface, m *manager.Manager) (*Server, error) {
	scheme, err := newScheme()
	if err != nil {
		return nil, fmt.Errorf("registering the types: %w", err)
	}
	codecs := serializer.NewCodecFactory(scheme)
	config := genericapiserver.NewRecommendedConfig(codecs)
	config.EffectiveVersion = compatibility.DefaultBuildEffectiveVersion()
	config.ShutdownDelayDuration = shutdownDelay
	config.ShutdownWatchTerminationGracePeriod = shutdownDelay
	config.LongRunningFunc = genericfilters.BasicLongRunningRequestCheck(sets.NewString("watch"), sets.NewString(v1alpha1.SubresourceLog))
	config.BuildHandlerChainFunc = func(api http.Handler, c *genericapiserver.Config) http.Handler {
		return genericapiserver.DefaultBuildHandlerChain(withoutApply(api, codecs), c)
	}
	namer := openapinamer.NewDefinitionNamer(scheme)
	config.OpenAPIConfig = genericapiserver.DefaultOpenAPIConfig(openapi.GetOpenAPIDefinitions, namer)
	config.OpenAPIConfig.Info.Title = "Helm/DM"
	config.OpenAPIV3Config = genericapiserver.DefaultOpenAPIV3Config(openapi.GetOpenAPIDefinitions, namer)
	config.OpenAPIV3Config.Info.Title = "Helm/DM"
	config.SharedInformerFactory = informers.NewSharedInformerFactory(client, 0)
	if err := o.apply(ctx, config, client); err != nil {
		return nil, err
	}
	generic, err := complete(config).New("helm-manager", genericapiserver.NewEmptyDelegate())
	if err != nil {
		return nil, fmt.Errorf("making the API server: %w", err)
	}
	if err := generic.InstallAPIGroup(groupInfo(scheme, codecs, m, ctx.Done())); err != nil {
		return nil, fmt.Errorf("serving %s: %w", v1alpha1.GroupVersion(), err)
	}
	s := &Server{generic: generic, manager: m}
	return s, generic.AddReadyzChecks(s)
}

func (o *Options) apply(ctx context.Context, config *genericapiserver.RecommendedConfig, client kubernetes.Interface) error {
	if err := o.Serving.MaybeDefaultWithSelfSignedCerts("localhost", nil, []net.IP{net.IPv4(127, 0, 0, 1)}); err != nil {
		return fmt.Errorf("making a certificate: %w", err)
	}
	if err := o.Serving.ApplyTo(&config.SecureServing, &config.LoopbackClientConfig); err != nil {
		return fmt.Errorf("setting up TLS: %w", err)
	}
	if err := authenticate(ctx, &config.Config, client); err != nil {
		return err
	}
	o.Review.RemoteKubeConfigFile = o.Kubeconfig
	if err := o.Review.ApplyTo(&config.Authorization); err != nil {
		return fmt.Errorf("setting up authorization: %w", err)
	}
	if err := o.Audit.ApplyTo(&config.Config); err != nil {
		return fmt.Errorf("setting up audit: %w", err)
	}
	if err := o.Features.ApplyTo(&config.Config, client, config.SharedInformerFactory); err != nil {
		return fmt.Errorf("setting up priority and fairness: %w", err)
	}
	return nil
}

// complete is config.Complete without the authenticator that it adds for the
// server's calls of itself, which would let a token in as system:masters. This
// server makes no such calls.
func complete(config *genericapiserver.RecommendedConfig) genericapiserver.CompletedConfig {
	only := config.Authentication.Authenticator
	completed := config.Complete()
	completed.Authentication.Authenticator = only
	return completed
}

// groupInfo lists everything that is served.
func groupInfo(scheme *runtime.Scheme, codecs serializer.CodecFactory, m *manager.Manager, stopping <-chan struct{}) *genericapiserver.APIGroupInfo {
	info := genericapiserver.NewDefaultAPIGroupInfo(v1alpha1.GroupName, scheme, runtime.NewParameterCodec(scheme), codecs)
	info.NegotiatedSerializer = textual{codecs}
	served := questions(m.Sources)
	maps.Copy(served, map[string]rest.Storage{
		v1alpha1.ChartDeployments:                                 &deployments{manager: m},
		v1alpha1.ChartDeployments + "/" + v1alpha1.SubresourceLog: &deploymentLog{manager: m, stopping: stopping},
		v1alpha1.ChartPackages:                                    &packages{manager: m},
		v1alpha1.Repositories:                                     repositories(m.Sources),
		v1alpha1.Credentials:                                      credentials(m.Sources),
	})
	info.VersionedResourcesStorageMap[v1alpha1.Version] = served
	return &info
}

// Run serves until ctx ends, and lets the manager work as long.
func (s *Server) Run(ctx context.Context) error {
	work, stop := context.WithCancel(context.WithoutCancel(ctx))
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		s.manager.Run(work)
	}()
	err := s.generic.PrepareRun().RunWithContext(ctx)
	stop()
	<-stopped
	return err
}
