package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// Where an icon is named: {{icon "map-pin"}} and (new "Button" "Icon" "map-pin") in templates, Icon: "map-pin" in Go.
var (
	iconUse  = regexp.MustCompile("(?:\\bicon\\s+|\"Icon\"\\s+|\\bIcon:\\s*)[\"`]([a-z0-9-]+)[\"`]")
	svgInner = regexp.MustCompile(`(?s)<svg[^>]*>(.*)</svg>`)
	spaces   = regexp.MustCompile(`\s*\n\s*`)
)

// collectIcons finds every icon named under dir and reads its drawing from lucide-static: the inside of its <svg>, by name.
func collectIcons(dir, lucide string) (map[string]string, error) {
	used := map[string]string{} // name → first file that names it
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !sourceFile(path) {
			return err
		}
		src, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, m := range iconUse.FindAllSubmatch(src, -1) {
			if _, ok := used[string(m[1])]; !ok {
				used[string(m[1])] = path
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	icons := make(map[string]string, len(used))
	for name, path := range used {
		if icons[name], err = drawing(lucide, name); err != nil {
			return nil, fmt.Errorf("%s names it: %w", path, err)
		}
	}
	return icons, nil
}

func sourceFile(path string) bool {
	return strings.HasSuffix(path, ".html") || strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go")
}

func drawing(lucide, name string) (string, error) {
	src, err := os.ReadFile(filepath.Join(lucide, name+".svg"))
	if errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("no icon %q in %s: run npm ci in web/, or choose a name listed on lucide.dev", name, lucide)
	}
	if err != nil {
		return "", err
	}
	m := svgInner.FindSubmatch(src)
	if m == nil {
		return "", fmt.Errorf("icon %q holds no <svg>", name)
	}
	return strings.TrimSpace(spaces.ReplaceAllString(string(m[1]), "")), nil
}
