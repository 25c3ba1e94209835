package importer_test

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"grappe/internal/importer"
	"grappe/internal/platform/db"
)

// manyRows is how many rows an import must take in under maxMemory.
const (
	manyRows  = 100_000
	maxMemory = 200 << 20 // bytes, of the whole process at its peak
)

// BenchmarkImport100000 imports 100,000 rows into an empty embedded base, in a process of its own, and then the same file
// again. It fails when that process was ever larger than 200 MB.
func BenchmarkImport100000(b *testing.B) {
	if runtime.GOOS != "linux" {
		b.Skip("the size of a process is read as Linux tells it")
	}
	dir := b.TempDir()
	file := filepath.Join(dir, "many.csv")
	writeMany(b, file)
	for b.Loop() {
		base, err := os.MkdirTemp(dir, "base")
		if err != nil {
			b.Fatal(err)
		}
		for _, again := range []bool{false, true} {
			cmd := exec.CommandContext(b.Context(), os.Args[0])
			cmd.Env = append(os.Environ(), envChildURL+"="+db.SQLiteURL(filepath.Join(base, "grappe.db")), envChildFile+"="+file, envChildRows+"=0")
			cmd.Stderr = os.Stderr
			out, err := cmd.Output()
			if err != nil {
				b.Fatal(err)
			}
			lines := strings.Split(strings.TrimSpace(string(out)), "\n")
			var report importer.Report
			if err := json.Unmarshal([]byte(lines[len(lines)-1]), &report); err != nil {
				b.Fatal(err)
			}
			if report.Rows != manyRows || again && report.Unchanged != manyRows {
				b.Fatalf("%+v", report.Counts)
			}
			peak := cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss << 10
			name := map[bool]string{false: "first", true: "again"}[again]
			b.ReportMetric(report.Seconds, name+"-s")
			b.ReportMetric(float64(peak)/(1<<20), name+"-MB")
			if peak > maxMemory {
				b.Errorf("the process took %d MB", peak>>20)
			}
		}
	}
}

func writeMany(b *testing.B, path string) {
	b.Helper()
	f, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	buffer := bufio.NewWriter(f)
	w := csv.NewWriter(buffer)
	if err := w.Write(sheetColumns()); err != nil {
		b.Fatal(err)
	}
	words := strings.Fields("accompagne les entreprises du territoire dans leurs projets numériques site internet caisse formation réseau sauvegarde conseil")
	for i := range manyRows {
		name := letters(i) + " " + letters(i/7+13) + " " + letters(i/1000+7)
		text := make([]string, 35)
		for j := range text {
			text[j] = words[(i*j+j)%len(words)]
		}
		cells := map[string]string{
			"id": fmt.Sprint(i), "nom": name, "ville": []string{"Nouméa", "Dumbéa", "Païta", "Bourail", "Koné"}[i%5],
			"adresse": fmt.Sprintf("%d rue %s", i%90+1, letters(i/40)), "tel": fmt.Sprintf("%02d %02d %02d", 24+i%60, i/100%100, i/10000*7%100),
			"mel": fmt.Sprintf("contact@%s%d.example.org", letters(i), i), "texte": strings.Join(text, " "),
			"mots": words[i%len(words)] + ";" + words[i/3%len(words)],
			"lat":  fmt.Sprintf("%.5f", -22.3+float64(i%1000)/1000), "lon": fmt.Sprintf("%.5f", 165+float64(i/1000)/100),
		}
		row := make([]string, 0, len(cells))
		for _, c := range sheetColumns() {
			row = append(row, cells[c])
		}
		if err := w.Write(row); err != nil {
			b.Fatal(err)
		}
	}
	w.Flush()
	if err := buffer.Flush(); err != nil {
		b.Fatal(err)
	}
}
