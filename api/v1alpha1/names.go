package v1alpha1

// Resource names as they stand in request paths and RBAC rules.
const (
	ChartDeployments  = "chartdeployments"
	ChartPlans        = "chartplans"
	ChartPackages     = "chartpackages"
	Repositories      = "repositories"
	Credentials       = "credentials"
	ChartSearches     = "chartsearches"
	ChartInspections  = "chartinspections"
	RepositoryChecks  = "repositorychecks"
	ChartReleases     = "chartreleases"
	SubresourceLog    = "log"
	SubresourceValues = "values"
)

// Verbs that RBAC rules grant besides those of Kubernetes.
const (
	// VerbUse on a repository: see its charts, inspect them and deploy from it.
	// On a credential: name it in a repository.
	VerbUse = "use"
	// VerbRelease on a repository: put charts into it.
	VerbRelease = "release"
)

// SystemNamespace holds the manager and everything it stores for itself.
const SystemNamespace = "helm-dm"

// Labels and annotations under dm.helm.sh/.
const (
	// LabelDeployment carries a deployment's name on what belongs to it.
	LabelDeployment = GroupName + "/deployment"
	// AnnotationReason carries the caller's words for why a change was made
	// (the option -m of the commands that change something).
	AnnotationReason = GroupName + "/reason"
	// AnnotationChartReference and AnnotationChartDigest record in a release's
	// chart metadata where its chart came from.
	AnnotationChartReference = GroupName + "/chart-reference"
	AnnotationChartDigest    = GroupName + "/chart-digest"
	// AnnotationOperation marks a hook object with the operation that made it.
	AnnotationOperation = GroupName + "/operation"
)

// Field managers under which objects of the cluster are written.
const (
	// FieldManagerChart owns what a chart says; Helm uses the same name, so
	// that a release can move between the two (S37).
	FieldManagerChart = "helm"
	// FieldManagerRestart owns the annotation that restarts pods.
	FieldManagerRestart = "helm-dm"
)

// FinalizerDeployment stands on a deployment until what it made is gone.
const FinalizerDeployment = GroupName + "/deployment"

// MaxNameLength bounds a deployment's name in bytes: Helm's bound (S40 appends
// the revision to it in a Secret's name).
const MaxNameLength = 53

// Bounds of what goes in, in bytes.
const (
	// MaxPieceBytes bounds one piece: kube-apiserver takes request bodies of up
	// to 3 MiB, and base64 adds a third.
	MaxPieceBytes = 2 << 20
	// MaxPackageBytes bounds a whole package.
	MaxPackageBytes = 16 << 20
	// MaxParameterBytes bounds the texts of all parameters of a deployment
	// together: its record is one Secret.
	MaxParameterBytes = 768 << 10
	// MaxOrigins bounds the further origins of a repository.
	MaxOrigins = 16
	// MaxCABundleBytes bounds the certificates of a repository.
	MaxCABundleBytes = 64 << 10
	// MaxTokenBytes and MaxSecretBytes bound the halves of a credential.
	MaxTokenBytes  = 1 << 10
	MaxSecretBytes = 64 << 10
	// MaxProvenanceBytes bounds the .prov file of a release.
	MaxProvenanceBytes = 1 << 20
)

// How many charts a search finds, unless it says so and at most.
const (
	DefaultSearchLimit = 100
	MaxSearchLimit     = 1000
)
