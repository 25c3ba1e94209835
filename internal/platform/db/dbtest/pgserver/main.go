// Command pgserver starts a PostgreSQL server for tests in a temporary folder, and runs the command that follows with the
// server's address in GRAPPE_TEST_POSTGRES, so that the tests of all packages share one server. It must not
// know what is run.
package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"

	"grappe/internal/platform/db/dbtest"
)

func main() {
	code, err := run(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "pgserver:", err)
		os.Exit(max(code, 1))
	}
	os.Exit(code)
}

// run gives the exit code of the command.
func run(args []string) (int, error) {
	if len(args) == 0 {
		return 2, errors.New("usage: pgserver COMMAND [ARGUMENT…]")
	}
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr, cmd.Env = os.Stdin, os.Stdout, os.Stderr, os.Environ()
	if os.Getenv(dbtest.EnvServer) == "" && os.Getenv(dbtest.EnvNone) != "1" {
		server, err := dbtest.Start()
		if err != nil {
			return 1, err
		}
		defer server.Stop()
		cmd.Env = append(cmd.Env, dbtest.EnvServer+"="+server.URL)
	}
	err := cmd.Run()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return exit.ExitCode(), nil
	}
	return 0, err
}
