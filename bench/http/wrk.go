package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// script lets wrk walk through a file of paths, and tell what it measured as JSON.
//
//go:embed wrk.lua
var script []byte

// wrk asks as fast as the connections allow.
func (l *loader) wrk(ctx context.Context, c workload) (sample, error) {
	lua := filepath.Join(l.folder, "wrk.lua")
	if err := os.WriteFile(lua, script, 0o600); err != nil {
		return sample{}, err
	}
	file := ""
	if c.queries != nil {
		file = filepath.Join(l.folder, "queries.txt")
	}
	ctx, cancel := context.WithTimeout(ctx, l.o.each+time.Minute)
	defer cancel()
	out, err := exec.CommandContext(ctx, "wrk", "-t", strconv.Itoa(l.o.threads), "-c", strconv.Itoa(l.o.clients),
		"-d", fmt.Sprintf("%ds", max(1, int(l.o.each.Seconds()))), "--timeout", "10s", "-H", "Accept-Encoding: gzip", "-s", lua,
		c.url, "--", file, strconv.Itoa(l.asked), strconv.Itoa(l.o.threads)).CombinedOutput()
	if err != nil {
		return sample{}, fmt.Errorf("wrk: %w\n%s", err, out)
	}
	_, text, ok := strings.Cut(string(out), "RESULT ")
	var told struct {
		Requests, Failed      int
		Seconds, P50ms, P99ms float64
	}
	if err := json.Unmarshal([]byte(strings.TrimSpace(text)), &told); err != nil || !ok || told.Seconds == 0 {
		return sample{}, fmt.Errorf("wrk says %q: %w", out, err)
	}
	if c.queries != nil {
		// Each thread has a stretch of its own; the quicker one may have walked a little further.
		if l.asked += told.Requests + told.Requests/2 + 1000; l.asked > len(c.queries) {
			return sample{}, fmt.Errorf("%d queries were too few", len(c.queries))
		}
	}
	return sample{float64(told.Requests) / told.Seconds, told.P50ms, told.P99ms, told.Failed}, nil
}
