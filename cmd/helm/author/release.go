package author

import (
	"strings"
	"text/template"

	"github.com/Masterminds/sprig/v3"
	"github.com/spf13/pflag"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/helm-dm/helm-dm/cmd/helm/fault"
	"github.com/helm-dm/helm-dm/render"
)

const (
	defaultRelease = "release-name" // where no name is given, as in Helm
	maxRelease     = 53             // characters of a release's name, as in Helm
)

// releaseOptions say what release a chart is rendered for.
type releaseOptions struct {
	generate bool
	template string
	upgrade  bool
}

// AddFlags declares the flags.
func (o *releaseOptions) AddFlags(flags *pflag.FlagSet) {
	flags.BoolVarP(&o.generate, "generate-name", "g", false, "accepted as Helm does: the name stays "+defaultRelease)
	flags.StringVar(&o.template, "name-template", "", "`TEMPLATE` that yields the name of the release")
	flags.BoolVar(&o.upgrade, "is-upgrade", false, "render for an upgrade, not for an install")
}

// settle makes the release, given the name on the command line or none.
func (o *releaseOptions) settle(given []string) (render.Release, error) {
	release := render.Release{Name: defaultRelease, Revision: 1, IsInstall: !o.upgrade, IsUpgrade: o.upgrade}
	switch {
	case len(given) > 0 && (o.generate || o.template != ""):
		return release, fault.Usage("the name %q is given, and --generate-name or --name-template too", given[0])
	case len(given) > 0:
		release.Name = given[0]
	case o.template != "":
		var err error
		if release.Name, err = named(o.template); err != nil {
			return release, fault.Usage("reading --name-template: %w", err)
		}
	}
	if len(release.Name) > maxRelease || len(validation.IsDNS1123Subdomain(release.Name)) > 0 {
		return release, fault.Usage("the release name %q should be of lower case letters, digits, dashes and dots, begin and end with a letter or digit, and have at most %d characters",
			release.Name, maxRelease)
	}
	return release, nil
}

// named is the name that a template yields.
func named(text string) (string, error) {
	parsed, err := template.New("name-template").Funcs(sprig.TxtFuncMap()).Parse(text)
	if err != nil {
		return "", err
	}
	var name strings.Builder
	err = parsed.Execute(&name, nil)
	return name.String(), err
}
