package world

import (
	"time"

	"github.com/spf13/pflag"

	"github.com/helm-dm/helm-dm/cmd/helm/fault"
	"github.com/helm-dm/helm-dm/kube"
)

// Flags are the flags of every command.
type Flags struct {
	Access  kube.Access
	Output  string
	Quiet   bool
	Timeout time.Duration
	Verbose bool
}

// AddFlags declares the flags.
func (f *Flags) AddFlags(flags *pflag.FlagSet) {
	flags.StringVar(&f.Access.Kubeconfig, "kubeconfig", "", "kubeconfig `FILE`; default $KUBECONFIG, else ~/.kube/config")
	flags.StringVar(&f.Access.Context, "context", "", "`NAME` of the kubeconfig's context to use")
	flags.StringVar(&f.Access.Namespace, "namespace", "", "`NAMESPACE`; default that of the context")
	flags.StringVar(&f.Access.As, "as", "", "`USER` to act as")
	flags.StringArrayVar(&f.Access.AsGroups, "as-group", nil, "`GROUP` to act as a member of; may be repeated")
	flags.StringVarP(&f.Output, "output", "o", "text", "`FORMAT` of the answer: text, and json, yaml, name or wide where it makes sense")
	flags.BoolVarP(&f.Quiet, "quiet", "q", false, "no progress and no hints")
	flags.DurationVar(&f.Timeout, "timeout", 0, "bound the operation, or the waiting where there is none; default 5m for a deploy")
	flags.BoolVarP(&f.Verbose, "verbose", "v", false, "tell of every request")
}

// Check refuses what can only be a mistake: a variable of a script that is
// empty must not widen what is done, or change as whom.
func (f *Flags) Check(flags *pflag.FlagSet) error {
	for _, name := range []string{"name", "namespace", "context", "as", "version", "file", "ca-file", "credential", "from-file", "url", "username"} {
		if flag := flags.Lookup(name); flag != nil && flag.Changed && flag.Value.String() == "" {
			return fault.Usage("--%s is empty", name)
		}
	}
	switch {
	case f.Timeout < 0:
		return fault.Usage("--timeout %v is negative", f.Timeout)
	case len(f.Access.AsGroups) > 0 && f.Access.As == "":
		return fault.Usage("--as-group is given without --as").Mend("--as USER --as-group %s", f.Access.AsGroups[0])
	case f.Access.Namespace != "":
		return CheckSegment("--namespace", f.Access.Namespace)
	}
	return nil
}
