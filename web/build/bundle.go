package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// file is one thing to serve, by the name that templates use.
type file struct {
	name string // "app.css"
	body []byte
}

// bundle builds the stylesheet and the scripts of every page, those of the map, and those of the team's pages. Islands are classic scripts: they need no module loader.
func bundle(web string) ([]file, error) {
	result := api.Build(api.BuildOptions{
		AbsWorkingDir: web,
		EntryPoints: []string{
			"src/app.ts", "src/theme.ts", "src/map.ts", "src/frame.ts", "src/integrer.ts", "src/edit.ts", "src/map-place.ts", "src/team.ts", "css/app.css", "css/map.css", "css/team.css", "css/frame.css",
		},
		EntryNames:        "[name]",
		Outdir:            filepath.Join(web, "dist"),
		Bundle:            true,
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		MinifySyntax:      true,
		Format:            api.FormatIIFE,
		Target:            api.ES2021,
		Engines: []api.Engine{
			{Name: api.EngineChrome, Version: "111"},
			{Name: api.EngineFirefox, Version: "115"},
			{Name: api.EngineSafari, Version: "16.2"},
		},
		Charset:       api.CharsetUTF8,
		LegalComments: api.LegalCommentsNone,
		LogLevel:      api.LogLevelSilent,
		Write:         false,
	})
	if len(result.Errors) > 0 {
		lines := api.FormatMessages(result.Errors, api.FormatMessagesOptions{Kind: api.ErrorMessage})
		return nil, errors.New(strings.Join(lines, "\n"))
	}
	if len(result.Warnings) > 0 {
		lines := api.FormatMessages(result.Warnings, api.FormatMessagesOptions{Kind: api.WarningMessage})
		return nil, errors.New(strings.Join(lines, "\n"))
	}
	files := make([]file, 0, len(result.OutputFiles))
	for _, f := range result.OutputFiles {
		files = append(files, file{name: filepath.Base(f.Path), body: f.Contents})
	}
	return files, nil
}

// readStatic reads the files that are served as they are.
func readStatic(dir string) ([]file, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("static files: %w", err)
	}
	var files []file
	for _, e := range entries {
		body, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return nil, err
		}
		files = append(files, file{name: e.Name(), body: body})
	}
	return files, nil
}
