package results

import (
	"bufio"
	"fmt"
	"os"
	"runtime"
	"strings"
)

// Machine says in one line what the bench runs on.
func Machine() string {
	parts := []string{fmt.Sprintf("%d × %s", runtime.NumCPU(), valueOf("/proc/cpuinfo", "model name", runtime.GOARCH))}
	if total := valueOf("/proc/meminfo", "MemTotal", ""); total != "" {
		var kb int
		if _, err := fmt.Sscanf(total, "%d kB", &kb); err == nil {
			parts = append(parts, fmt.Sprintf("%d GB", (kb+1<<19)>>20))
		}
	}
	system := runtime.GOOS
	if release, err := os.ReadFile("/proc/sys/kernel/osrelease"); err == nil {
		system += " " + strings.TrimSpace(string(release))
	}
	return strings.Join(append(parts, system, runtime.Version()), ", ")
}

// valueOf is the first value of a key in a file of "key: value" lines.
func valueOf(path, key, otherwise string) string {
	f, err := os.Open(path)
	if err != nil {
		return otherwise
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if name, value, ok := strings.Cut(lines.Text(), ":"); ok && strings.TrimSpace(name) == key {
			return strings.TrimSpace(value)
		}
	}
	return otherwise
}
