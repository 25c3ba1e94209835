package main

import (
	"fmt"
	"runtime"
)

type versionCmd struct {
	JSON bool `name:"json" help:"help_json"`
}

func (c *versionCmd) Run(out *output) error {
	if c.JSON {
		return out.json(map[string]string{"version": version, "go": runtime.Version(), "os": runtime.GOOS, "arch": runtime.GOARCH})
	}
	_, err := fmt.Fprintf(out.stdout, "grappe %s (%s, %s/%s)\n", version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}
