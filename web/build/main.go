// Command build makes web/dist: it bundles the styles and islands with esbuild, collects the icons that templates and Go
// files name, cuts the land for the maps, gives every file a name with its hash, writes manifest.json and .gz siblings, and
// refuses to pass the budget. It runs from anywhere in the repository, needs web/node_modules, and must not import the rest of the house.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

// What styles and scripts may weigh together, in bytes after gzip: those of every page, and those of the map, which are only
// fetched where it is to be seen, and those that only pages of the team have. A first view is at most 60 KB without the map and 60 KB
// more with it; the rest is for the page itself, and for the land and the markers.
const (
	budget    = 25 * 1024
	mapBudget = 36 * 1024
	mapPrefix = "map."
	otherMaps = "map-" // fetched instead of that one, on other pages

	teamBudget = 10 * 1024
	teamPrefix = "team."

	landMost  = 12 * 1024 // of one territory's land
	landFiles = "basemap-"
)

// alone are what the scripts of single pages may weigh, which nothing else fetches.
var alone = map[string]int{"edit.js": 4 * 1024}

func main() {
	root := flag.String("root", "", "repository root; found from the working directory when empty")
	flag.Parse()
	if err := run(*root); err != nil {
		fmt.Fprintln(os.Stderr, "web/build:", err)
		os.Exit(1)
	}
}

func run(root string) error {
	if root == "" {
		var err error
		if root, err = findRoot(); err != nil {
			return err
		}
	}
	web := filepath.Join(root, "web")
	files, err := bundle(web)
	if err != nil {
		return err
	}
	static, err := readStatic(filepath.Join(web, "static"))
	if err != nil {
		return err
	}
	icons, err := collectIcons(filepath.Join(root, "internal"), filepath.Join(web, "node_modules", "lucide-static", "icons"))
	if err != nil {
		return err
	}
	maps, err := basemaps(filepath.Join(root, "presets", "territories"), filepath.Join(web, "node_modules", "world-atlas"))
	if err != nil {
		return err
	}
	sizes, err := write(filepath.Join(web, "dist"), slices.Concat(files, static, maps), icons)
	if err != nil {
		return err
	}
	return report(os.Stdout, sizes, len(icons))
}

// findRoot climbs from the working directory to the folder that holds web/package.json.
func findRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "web", "package.json")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", fmt.Errorf("no web/package.json above the working directory: run it inside the repository")
		}
		dir = parent
	}
}
