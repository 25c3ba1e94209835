package app

import (
	"net/http"
	"net/http/httptest"
	"syscall"
	"testing"
	"time"
)

// questions are searches as people make them, one to three words, with and without choices.
func questions() []string {
	return []string{
		"/nc/annuaire?q=site+internet", "/nc/annuaire?q=formation", "/nc/annuaire?q=d%C3%A9veloppement+web", "/nc/annuaire?q=r%C3%A9seau",
		"/nc/annuaire?q=logiciel+de+gestion", "/nc/annuaire?q=drone", "/nc/annuaire?q=impression+3d", "/nc/annuaire?q=cybersecurite",
		"/nc/annuaire?q=conseil&zone=noumea", "/nc/annuaire?q=s%C3%A9curit%C3%A9&categorie=entreprise", "/nc/annuaire?q=marketing&tri=nom",
		"/nc/annuaire?competence=developpement-web", "/nc/annuaire?q=graphisme&page=2", "/nc/annuaire", "/nc/annuaire?zone=noumea", "/nc/annuaire?q=vid%C3%A9o",
	}
}

// BenchmarkSearchPage makes pages of results, each anew.
func BenchmarkSearchPage(b *testing.B) {
	f := newFront(b, filled(b))
	asked := questions()
	began := cpuTime(b)
	for b.Loop() {
		for _, address := range asked {
			w := httptest.NewRecorder()
			f.handler.ServeHTTP(w, httptest.NewRequestWithContext(b.Context(), http.MethodGet, address, nil))
			if w.Code != http.StatusOK && w.Code != http.StatusNotFound {
				b.Fatalf("%s answers %d", address, w.Code)
			}
		}
	}
	b.ReportMetric(float64((cpuTime(b)-began).Microseconds())/float64(b.N*len(asked)), "cpu-µs/page")
}

// cpuTime is what the process has used of the processors: it tells more than the clock where others work on them as well.
func cpuTime(b *testing.B) time.Duration {
	b.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
