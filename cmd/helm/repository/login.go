package repository

import (
	"context"
	"fmt"

	"github.com/spf13/pflag"
	"oras.land/oras-go/v2/registry/remote/credentials"

	"github.com/helm-dm/helm-dm/cmd/helm/fault"
	"github.com/helm-dm/helm-dm/cmd/helm/world"
	"github.com/helm-dm/helm-dm/repo"
	"github.com/helm-dm/helm-dm/repo/fetch"
)

// login is how this program proves itself to a repository without the manager.
type login struct {
	username string
	stdin    bool
	caFile   string
}

// AddFlags declares the flags.
func (l *login) AddFlags(flags *pflag.FlagSet) {
	flags.StringVar(&l.username, "username", "", "release without the manager, as `USER`")
	flags.BoolVar(&l.stdin, "password-stdin", false, "read the password of --username from standard input")
	flags.StringVar(&l.caFile, "ca-file", "", "`FILE` with certificates in PEM to trust without the manager, besides those of the system")
}

// check refuses what does not go together.
func (l *login) check(destination string, at repo.Location) error {
	switch {
	case l.username == "" && l.stdin:
		return fault.Usage("--password-stdin is given without --username")
	case l.username != "" && destination == "":
		return fault.Usage("--username is given, and no destination").Mend("-u DEST")
	case l.caFile != "":
		return checkTLS(at)
	}
	return nil
}

// fill adds to the site what opens it.
func (l *login) fill(ctx context.Context, w *world.World, site *fetch.Site) (err error) {
	if l.caFile != "" {
		if site.Roots, err = roots(l.caFile, site.Location); err != nil {
			return err
		}
	}
	var password string
	switch {
	case l.username != "" && l.stdin:
		password, err = fromStdin(w)
	case l.username != "":
		password, err = fromTerminal(ctx, w, "Password of "+l.username+": ", "--password-stdin")
	case site.Location.Scheme() == "oci":
		site.Credential, err = stored(ctx, site.Location.Host())
		return err
	default:
		return nil
	}
	site.Credential = &repo.Credential{Token: l.username, Secret: repo.NewSecret(password)}
	return err
}

// stored is what docker login has stored for a registry, or one of its credential
// helpers; nil if there is none.
func stored(ctx context.Context, host string) (*repo.Credential, error) {
	store, err := credentials.NewStoreFromDocker(credentials.StoreOptions{})
	if err != nil {
		return nil, fault.Usage("reading docker's configuration: %w", err)
	}
	found, err := store.Get(ctx, credentials.ServerAddressFromRegistry(host))
	switch {
	case err != nil:
		return nil, fmt.Errorf("asking docker's configuration for the credential of %q: %w", host, err)
	case found.Password != "":
		return &repo.Credential{Token: found.Username, Secret: repo.NewSecret(found.Password)}, nil
	case found.RefreshToken != "":
		return nil, fault.Usage("docker has an identity token for %q, which can only be used by docker", host).Mend("--username USER --password-stdin")
	}
	return nil, nil
}
