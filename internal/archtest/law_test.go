package archtest

// modulePath is the path of the root module.
const modulePath = "github.com/helm-dm/helm-dm"

// law is what the rules measure a tree by.
type law struct {
	doors map[string]door // what each folder of the root module may import
	apart []apart

	fileLines     int // a file has at most so many lines
	mainLines     int // main.go has fewer
	functionLines int // a function has at most so many
	packageLines  int // the product's files of a package together, at most
	commentLength int // a package comment has at least so many characters

	words []string // name nothing: no package, folder or file is called so
}

// door lists the folders of the project that a folder may import.
type door struct {
	product []string // all of its files
	tests   []string // its test files alone
}

// apart says that nothing in or below from reaches what is in or below to, not
// even through others.
type apart struct {
	from, to []string
	reason   string
}

// rules are the methods of the law by name, which is that of their testdata.
func (l law) rules() map[string]func(*tree) []string {
	return map[string]func(*tree) []string{
		"imports":   l.imports,
		"apart":     l.reach,
		"comments":  l.comments,
		"sizes":     l.sizes,
		"variables": l.variables,
		"names":     l.names,
	}
}

// house is the law of this project.
func house() law {
	return law{
		doors: doors(),
		apart: []apart{
			{
				from:   []string{"apply", "render", "chart"},
				to:     []string{"kube/account", "state"},
				reason: "what a chart causes is done as the caller, never with the manager's own account",
			},
			{
				from:   []string{"client", "install", "cmd/helm"},
				to:     []string{"kube/account", "state", "manager", "server"},
				reason: "helm holds no part of the manager, it asks it",
			},
		},
		fileLines:     600,
		mainLines:     40,
		functionLines: 100,
		packageLines:  1500,
		commentLength: 60,
		words:         []string{"util", "utils", "common", "helper", "helpers", "type", "types", "misc", "interface", "interfaces"},
	}
}

// doors are those of the folders of the root module.
func doors() map[string]door {
	return map[string]door{
		"api/v1alpha1":             {},
		"api/openapi":              {product: []string{"api/v1alpha1"}},
		"chart":                    {product: []string{"chart/bundle", "chart/fault", "chart/values"}},
		"chart/bundle":             {product: []string{"chart/fault"}},
		"chart/fault":              {},
		"chart/reference":          {product: []string{"chart"}},
		"chart/schema":             {product: []string{"chart", "chart/fault"}, tests: []string{"chart/values"}},
		"chart/values":             {product: []string{"chart/fault"}},
		"chart/parameter":          {product: []string{"chart", "chart/fault", "chart/parameter/comment", "chart/values"}},
		"chart/parameter/comment":  {},
		"chart/provenance":         {product: []string{"chart"}},
		"chart/scaffold":           {product: []string{"chart", "chart/fault", "chart/values"}, tests: []string{"chart/parameter", "render"}},
		"render":                   {product: []string{"chart", "chart/schema", "render/document", "render/function", "render/tree", "render/yaml"}},
		"render/document":          {product: []string{"render/yaml"}},
		"render/function":          {product: []string{"render/yaml"}},
		"render/tree":              {},
		"render/yaml":              {},
		"render/lint":              {product: []string{"chart", "chart/bundle", "chart/schema", "chart/values", "render", "render/document"}},
		"render/worker":            {product: []string{"chart", "render", "render/document", "render/worker/job", "render/worker/page", "render/worker/process", "render/worker/sandbox", "render/worker/wire"}, tests: []string{"render/worker/workertest"}},
		"render/worker/job":        {product: []string{"chart", "chart/parameter", "chart/values", "render"}, tests: []string{"render/worker/workertest"}},
		"render/worker/page":       {},
		"render/worker/process":    {product: []string{"render", "render/worker/job", "render/worker/page", "render/worker/sandbox", "render/worker/wire"}},
		"render/worker/sandbox":    {},
		"render/worker/wire":       {product: []string{"chart", "chart/parameter", "chart/values", "render", "render/worker/job"}},
		"render/worker/workertest": {product: []string{"chart", "chart/parameter", "chart/values", "render", "render/worker/job"}},
		"kube":                     {tests: []string{"internal/clustertest", "kube/kubetest"}},
		"kube/account":             {product: []string{"kube"}},
		"kube/kubetest":            {product: []string{"kube"}},
		"apply":                    {product: []string{"kube"}, tests: []string{"kube/kubetest"}},
		"repo":                     {product: []string{"chart"}},
		"repo/fetch":               {product: []string{"repo"}},
		"repo/layer":               {product: []string{"repo"}, tests: []string{"chart"}},
		"repo/kinds":               {product: []string{"repo", "repo/bucket", "repo/fetch", "repo/httprepo", "repo/layer", "repo/oci"}, tests: []string{"repo/repotest"}},
		"repo/bucket":              {product: []string{"chart", "repo", "repo/fetch", "repo/index", "repo/listing"}, tests: []string{"repo/repotest", "repo/repotest/suite"}},
		"repo/httprepo":            {product: []string{"chart", "repo", "repo/fetch", "repo/index", "repo/listing", "repo/oci"}, tests: []string{"repo/repotest", "repo/repotest/suite"}},
		"repo/listing":             {product: []string{"repo", "repo/fetch"}, tests: []string{"repo/repotest"}},
		"repo/oci":                 {product: []string{"chart", "chart/reference", "repo", "repo/fetch"}, tests: []string{"repo/repotest", "repo/repotest/suite"}},
		"repo/index":               {product: []string{"render/yaml", "repo", "repo/index/outline"}, tests: []string{"chart", "repo/index/indextest"}},
		"repo/index/outline":       {product: []string{"render/yaml"}},
		"repo/index/indextest":     {},
		"repo/catalog":             {product: []string{"repo"}, tests: []string{"repo/index", "repo/index/indextest"}},
		"repo/repotest":            {product: []string{"chart", "chart/bundle", "repo"}},
		"repo/repotest/suite":      {product: []string{"chart", "repo", "repo/repotest"}},
		"state":                    {product: []string{"chart", "chart/values", "kube", "state/chartstore", "state/secret"}, tests: []string{"internal/clustertest", "state/statetest"}},
		"state/chartstore":         {product: []string{"chart", "state/secret"}},
		"state/secret":             {tests: []string{"internal/clustertest", "state/secret/secrettest"}},
		"state/secret/secrettest":  {product: []string{"state/secret"}},
		"state/source":             {product: []string{"repo", "state/secret"}, tests: []string{"internal/clustertest"}},
		"state/statetest":          {product: []string{"state"}},
		"manager":                  {product: []string{"api/v1alpha1", "chart", "chart/values", "kube", "manager/failure", "manager/operation", "manager/request", "manager/source", "render/worker/job", "state", "state/chartstore", "state/secret"}, tests: []string{"chart/reference", "kube/kubetest", "render", "repo", "repo/index", "repo/repotest"}},
		"manager/failure":          {product: []string{"api/v1alpha1", "apply", "chart", "kube", "render", "render/worker/job", "repo", "state"}},
		"manager/request":          {product: []string{"api/v1alpha1", "chart/reference", "manager/failure"}},
		"manager/source":           {product: []string{"api/v1alpha1", "chart", "chart/reference", "kube", "manager/failure", "manager/request", "manager/source/reach", "manager/source/right", "manager/source/shelf", "manager/source/view", "render/worker/job", "repo", "repo/catalog", "repo/fetch", "repo/layer", "repo/listing", "state", "state/chartstore", "state/secret", "state/source"}, tests: []string{"chart/bundle", "repo/index", "repo/repotest"}},
		"manager/source/reach":     {product: []string{"api/v1alpha1", "chart/reference", "kube", "manager/failure", "manager/source/right", "repo", "repo/catalog", "repo/fetch", "repo/kinds", "repo/layer", "state/source"}, tests: []string{"repo/repotest"}},
		"manager/source/right":     {product: []string{"api/v1alpha1", "kube", "manager/failure"}},
		"manager/source/shelf":     {},
		"manager/source/view":      {product: []string{"api/v1alpha1", "chart/parameter", "chart/reference", "manager/failure", "render/worker/job", "repo/catalog", "state/source"}},
		"manager/operation":        {product: []string{"api/v1alpha1", "apply", "chart/reference", "kube", "manager/failure", "render", "render/worker/job", "state"}, tests: []string{"chart", "state/secret"}},
		"server":                   {product: []string{"api/openapi", "api/v1alpha1", "kube", "manager", "manager/failure", "manager/source", "state"}, tests: []string{"repo"}},
		"client":                   {product: []string{"api/v1alpha1"}},
		"install":                  {product: []string{"kube"}},
		"cmd/helm":                 {product: []string{"api/v1alpha1", "chart/reference", "client", "cmd/helm/author", "cmd/helm/catalogue", "cmd/helm/embedded", "cmd/helm/fault", "cmd/helm/localchart", "cmd/helm/operation", "cmd/helm/parameter", "cmd/helm/progress", "cmd/helm/repository", "cmd/helm/target", "cmd/helm/terminal", "cmd/helm/world", "install"}, tests: []string{"chart", "kube", "repo", "repo/repotest"}},
		"cmd/helm/author":          {product: []string{"chart", "chart/bundle", "chart/scaffold", "chart/schema", "cmd/helm/fault", "cmd/helm/folder", "cmd/helm/input", "cmd/helm/localchart", "cmd/helm/parameter", "cmd/helm/world", "render", "render/document", "render/lint"}},
		"cmd/helm/catalogue":       {product: []string{"api/v1alpha1", "chart/reference", "client", "cmd/helm/fault", "cmd/helm/folder", "cmd/helm/localchart", "cmd/helm/world"}},
		"cmd/helm/folder":          {product: []string{"cmd/helm/fault"}},
		"cmd/helm/repository":      {product: []string{"api/v1alpha1", "chart", "client", "cmd/helm/author", "cmd/helm/fault", "cmd/helm/input", "cmd/helm/localchart", "cmd/helm/world", "kube", "repo", "repo/fetch", "repo/httprepo", "repo/oci"}},
		"cmd/helm/world":           {product: []string{"client", "cmd/helm/fault", "cmd/helm/terminal", "cmd/helm/trace", "kube"}},
		"cmd/helm/embedded":        {product: []string{"api/v1alpha1", "client", "kube"}},
		"cmd/helm/input":           {},
		"cmd/helm/fault":           {product: []string{"chart", "client", "cmd/helm/embedded", "cmd/helm/input", "cmd/helm/target", "cmd/helm/terminal", "kube", "repo"}, tests: []string{"api/v1alpha1"}},
		"cmd/helm/localchart":      {product: []string{"chart", "chart/reference", "client", "cmd/helm/fault", "cmd/helm/input", "cmd/helm/progress", "cmd/helm/terminal"}},
		"cmd/helm/operation":       {product: []string{"api/v1alpha1", "client", "cmd/helm/fault", "cmd/helm/progress", "cmd/helm/terminal"}},
		"cmd/helm/parameter":       {product: []string{"api/v1alpha1", "chart/values", "cmd/helm/fault", "cmd/helm/input", "cmd/helm/target"}},
		"cmd/helm/progress":        {product: []string{"api/v1alpha1", "cmd/helm/terminal"}},
		"cmd/helm/target":          {product: []string{"chart/values"}},
		"cmd/helm/terminal":        {},
		"cmd/helm/trace":           {product: []string{"cmd/helm/terminal"}},
		"cmd/helm-manager":         {product: []string{"api/v1alpha1", "kube", "kube/account", "manager", "manager/operation", "manager/source", "render/worker", "render/worker/process", "repo", "server", "state", "state/secret"}},
		"e2e":                      {tests: []string{"api/v1alpha1", "chart", "chart/reference", "client", "internal/clustertest", "kube", "kube/account", "manager", "manager/operation", "manager/source", "render/worker/job", "repo", "repo/repotest", "state", "state/secret"}},
		"internal/archtest":        {},
		"internal/clustertest":     {},
	}
}
