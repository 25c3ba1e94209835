package engine

import (
	"bufio"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
)

// ownResident is the resident memory of this process in MB, after what is no longer needed was given back.
func ownResident() (float64, error) {
	debug.FreeOSMemory()
	kb, err := kilobytes("/proc/self/status", "VmRSS")
	return kb / 1024, err
}

// heap is the living heap in bytes.
func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// kilobytes reads a line such as "VmRSS:   123 kB".
func kilobytes(path, name string) (float64, error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if rest, ok := strings.CutPrefix(lines.Text(), name+":"); ok {
			return strconv.ParseFloat(strings.Fields(rest)[0], 64)
		}
	}
	return 0, fmt.Errorf("%s does not say %s", path, name)
}

// familyResident sums the proportional memory of a process and those that it started: what they share counts once.
func familyResident(parent int) (float64, error) {
	total, err := kilobytes(fmt.Sprintf("/proc/%d/smaps_rollup", parent), "Pss")
	if err != nil {
		return 0, err
	}
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return 0, err
	}
	for _, path := range stats {
		data, err := os.ReadFile(path)
		if err != nil {
			continue // it has ended
		}
		// pid (name) state parent …: the name may hold anything.
		fields := strings.Fields(string(data[strings.LastIndexByte(string(data), ')')+1:]))
		if len(fields) < 2 || fields[1] != strconv.Itoa(parent) {
			continue
		}
		kb, err := kilobytes(filepath.Join(filepath.Dir(path), "smaps_rollup"), "Pss")
		if err == nil {
			total += kb
		}
	}
	return total / 1024, nil
}

// folderBytes is the size of all files below a folder.
func folderBytes(dir string) (int64, error) {
	var total int64
	err := filepath.WalkDir(dir, func(_ string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		if err == nil {
			total += info.Size()
		}
		return err
	})
	return total, err
}
