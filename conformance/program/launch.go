package program

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"time"
)

// launchVar makes the calling program a launcher.
const launchVar = "HELM_CONFORMANCE_LAUNCH"

// reportFD is where a launcher writes its report.
const reportFD = 3

// report is what a launcher tells of the program that it ran.
type report struct {
	Code int
	Cost Cost
}

// IsLauncher says whether this process is to be a launcher.
func IsLauncher() bool { return os.Getenv(launchVar) != "" }

// Launch runs the program that the arguments of the process name, with its
// standard streams, and reports what it cost. It returns the exit code of the
// launcher: 0 when the program ran, however it ended.
func Launch() int {
	runtime.LockOSThread() // the program is killed when the thread that started it goes
	out, err := launch(os.Args[1:])
	if err == nil {
		err = json.NewEncoder(os.NewFile(reportFD, "report")).Encode(out)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "launching:", err)
		return 1
	}
	return 0
}

func launch(args []string) (report, error) {
	cmd := exec.Command(args[0], args[1:]...) //nolint:noctx,gosec // the launcher is killed and takes the program along; to start it is what it is for
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := os.Unsetenv(launchVar); err != nil {
		return report{}, err
	}
	began := time.Now()
	err := cmd.Run()
	wall := time.Since(began)
	if failed := (*exec.ExitError)(nil); err != nil && !errors.As(err, &failed) {
		return report{}, err
	}
	usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		return report{}, errors.New("this system does not tell what a process used")
	}
	return report{
		Code: cmd.ProcessState.ExitCode(),
		Cost: Cost{
			Wall:     wall,
			CPU:      cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(),
			Resident: usage.Maxrss << 10,
		},
	}, nil
}
