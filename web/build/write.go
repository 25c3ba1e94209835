package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// size is what one file weighs, in bytes, as it is and after gzip.
type size struct {
	name        string
	plain, gzip int
}

// write replaces dist with the hashed files, their .gz siblings, manifest.json (name → hashed name) and icons.json. It keeps
// the folder itself, so that a running `go build` never finds it missing for long.
func write(dist string, files []file, icons map[string]string) ([]size, error) {
	if err := os.MkdirAll(dist, 0o755); err != nil {
		return nil, err
	}
	manifest := map[string]string{}
	kept := map[string]bool{"manifest.json": true, "icons.json": true}
	var sizes []size
	for _, f := range files {
		sum := sha256.Sum256(f.body)
		ext := filepath.Ext(f.name)
		hashed := strings.TrimSuffix(f.name, ext) + "." + hex.EncodeToString(sum[:5]) + ext
		packed, err := pack(f.body)
		if err != nil {
			return nil, err
		}
		if err := writeAll(dist, map[string][]byte{hashed: f.body, hashed + ".gz": packed}); err != nil {
			return nil, err
		}
		manifest[f.name] = hashed
		kept[hashed], kept[hashed+".gz"] = true, true
		sizes = append(sizes, size{f.name, len(f.body), len(packed)})
	}
	lists := map[string][]byte{}
	for name, v := range map[string]any{"manifest.json": manifest, "icons.json": icons} {
		text, err := json.MarshalIndent(v, "", "  ")
		if err != nil {
			return nil, err
		}
		lists[name] = text
	}
	if err := writeAll(dist, lists); err != nil {
		return nil, err
	}
	return sizes, sweep(dist, kept)
}

func writeAll(dir string, files map[string][]byte) error {
	for name, body := range files {
		if err := os.WriteFile(filepath.Join(dir, name), body, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// sweep removes what an earlier build left.
func sweep(dist string, kept map[string]bool) error {
	entries, err := os.ReadDir(dist)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if !kept[e.Name()] {
			if err := os.RemoveAll(filepath.Join(dist, e.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

func pack(body []byte) ([]byte, error) {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := z.Write(body); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// report prints the sizes and fails when styles and scripts together, those of the map or of the team, or a map's land pass their budget.
func report(w io.Writer, sizes []size, icons int) error {
	var pages, maps, team int
	var over []error
	for _, s := range sizes {
		fmt.Fprintf(w, "%-20s %6d bytes, %6d gzip\n", s.name, s.plain, s.gzip)
		switch isCode := strings.HasSuffix(s.name, ".css") || strings.HasSuffix(s.name, ".js"); {
		case isCode && strings.HasPrefix(s.name, mapPrefix):
			maps += s.gzip
		case isCode && strings.HasPrefix(s.name, otherMaps):
			if s.gzip > mapBudget {
				over = append(over, fmt.Errorf("%s weighs %d bytes after gzip, over the budget of %d: make it lighter", s.name, s.gzip, mapBudget))
			}
		case isCode && strings.HasPrefix(s.name, teamPrefix):
			team += s.gzip
		case alone[s.name] > 0:
			if s.gzip > alone[s.name] {
				over = append(over, fmt.Errorf("%s weighs %d bytes after gzip, over the budget of %d: make it lighter", s.name, s.gzip, alone[s.name]))
			}
		case isCode:
			pages += s.gzip
		case strings.HasPrefix(s.name, landFiles) && s.gzip > landMost:
			over = append(over, fmt.Errorf("%s weighs %d bytes after gzip, over the budget of %d: keep fewer points", s.name, s.gzip, landMost))
		}
	}
	fmt.Fprintf(w, "%d icons; styles and scripts %d of %d bytes gzip, those of the map %d of %d, of the team %d of %d\n", icons, pages, budget, maps, mapBudget, team, teamBudget)
	if pages > budget {
		over = append(over, fmt.Errorf("styles and scripts weigh %d bytes after gzip, over the budget of %d: make them lighter", pages, budget))
	}
	if maps > mapBudget {
		over = append(over, fmt.Errorf("those of the map weigh %d bytes after gzip, over the budget of %d: make them lighter", maps, mapBudget))
	}
	if team > teamBudget {
		over = append(over, fmt.Errorf("those of the team weigh %d bytes after gzip, over the budget of %d: make them lighter", team, teamBudget))
	}
	return errors.Join(over...)
}
