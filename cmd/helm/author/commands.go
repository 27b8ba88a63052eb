package author

import (
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/helm-dm/helm-dm/cmd/helm/world"
)

// garbageShare is how much a command may have as garbage, in percent of what it
// holds, before that is collected. These processes are short.
const garbageShare = 300

// Commands are all commands of the package.
func Commands(w *world.World) []*cobra.Command {
	all := []*cobra.Command{newCreate(w), newLint(w), newPackage(w), newTemplate(w)}
	for _, cmd := range all {
		check := cmd.PreRunE
		cmd.PreRunE = func(cmd *cobra.Command, args []string) error {
			debug.SetGCPercent(garbageShare)
			return check(cmd, args)
		}
	}
	return all
}
