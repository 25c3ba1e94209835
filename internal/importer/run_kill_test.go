package importer_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"grappe/internal/importer"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/schema"
	"grappe/internal/territory"
	"grappe/presets"
)

// What the test process tells the process that it kills.
const (
	envChildURL  = "GRAPPE_TEST_IMPORT_URL"
	envChildFile = "GRAPPE_TEST_IMPORT_FILE"
	envChildRows = "GRAPPE_TEST_IMPORT_ROWS"
	envChildUndo = "GRAPPE_TEST_IMPORT_UNDO" // the run to undo instead
	// envKills is how many kills there are to be on each engine.
	envKills = "GRAPPE_KILLS"
)

func TestMain(m *testing.M) {
	if os.Getenv(envChildURL) == "" {
		m.Run()
		return
	}
	if err := childImport(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// childImport imports a file and acknowledges each commit on its output: a line with the number of rows that are safe.
func childImport(ctx context.Context) error {
	d, err := db.Open(ctx, db.Options{URL: os.Getenv(envChildURL), Migrations: schema.FS})
	if err != nil {
		return err
	}
	defer d.Close()
	if run := os.Getenv(envChildUndo); run != "" {
		_, err := importer.New(importer.Rooms{DB: d}).Undo(ctx, run, func(done, _ int) { fmt.Println(done) })
		return err
	}
	place, err := territory.Load(presets.FS, "nc")
	if err != nil {
		return err
	}
	m, err := importer.ParseMapping("test.yaml", fmt.Appendf(nil, testMapping, "a"))
	if err != nil {
		return err
	}
	f, err := os.Open(os.Getenv(envChildFile))
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	rows, err := strconv.Atoi(os.Getenv(envChildRows))
	if err != nil {
		return err
	}
	report, err := importer.New(importer.Rooms{DB: d}).Import(ctx, importer.Options{
		Territory: place, Mapping: m, File: "kill.csv", Input: f, Size: info.Size(), BatchRows: rows,
		Progress: func(done, _ int) { fmt.Println(done) },
	})
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(report)
}

// killSheet has records that are new, changed, the same, and duplicates of each other.
func killSheet() (before, after sheet) {
	n := 1000
	if raced {
		n = 250
	}
	all := companies(n)
	before = all[:n*3/10]
	after = slices.Clone(all)
	for i := range n * 3 / 20 {
		after = after.with(after[2*i]["id"], map[string]string{"texte": fmt.Sprint("Nouveau texte ", i), "tel": fmt.Sprintf("26 %02d %02d", i/100+10, i%100)})
	}
	for i := range n {
		switch copied := all[(i*37)%n]; i % 10 {
		case 0: // surely the same
			after = append(after, map[string]string{"id": fmt.Sprint("d", i), "nom": copied["nom"] + " SARL", "ville": "Nouméa", "cp": "98800", "adresse": copied["adresse"], "site": fmt.Sprintf("site%d.example.org", i)})
		case 1: // perhaps the same
			after = append(after, map[string]string{"id": fmt.Sprint("d", i), "nom": copied["nom"], "ville": "Nouméa", "adresse": "1 avenue Foch"})
		default:
			after = append(after, map[string]string{"id": fmt.Sprint("d", i), "nom": "Atelier " + letters(i+500), "ville": "Dumbéa", "adresse": fmt.Sprint(i, " allée ", letters(i+31))})
		}
	}
	return before, after
}

func howManyKills(t *testing.T) int {
	t.Helper()
	text := os.Getenv(envKills)
	switch {
	case text == "" && raced:
		return 2 // the killed processes are the same binary: slow, and nothing races with a kill
	case text == "":
		return 10 // on each engine: 20 in all
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("%s must be a number: %v", envKills, err)
	}
	return n
}

// A killed undo is taken up again too, and leaves what was before the import.
func TestKilledUndo(t *testing.T) {
	kills := howManyKills(t)/10 + 1
	before, after := killSheet()
	dbtest.EachURL(t, func(t *testing.T, fresh func() string) {
		random := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 2))
		b := newKillBase(t, fresh(), before)
		want := b.story()
		k := &killer{random: random}
		for done := 0; done < kills; {
			o := b.options("a", after)
			o.BatchRows = 0
			run, err := b.service.Import(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			n := 0
			for k.killUndo(t, b, run.ID, kills-done > n) {
				n++
			}
			done += max(1, n)
			b.same("undone with kills", b.story(), want)
			if last := runsOf(t, b.testBench)[0]; last.State != importer.Undone {
				t.Fatalf("the run is %s", last.State)
			}
		}
	})
}

// killUndo starts an undo and reports whether it was killed before its end.
func (k *killer) killUndo(t *testing.T, b *killBase, run string, kill bool) (killed bool) {
	t.Helper()
	cmd := k.command(t, b)
	cmd.Env = append(cmd.Env, envChildUndo+"="+run)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	moment, after := 1+k.random.IntN(4), time.Duration(k.random.IntN(60_000))*time.Microsecond
	var timer *time.Timer
	acknowledged(t, out, func(line int) {
		if line == moment && kill {
			timer = time.AfterFunc(after, func() { _ = cmd.Process.Kill() })
		}
	})
	err = cmd.Wait()
	if timer != nil {
		timer.Stop()
	}
	if err != nil && cmd.ProcessState.Exited() {
		t.Fatalf("the process ended by itself with %v", err)
	}
	return err != nil
}

func TestKilledImports(t *testing.T) {
	kills := howManyKills(t)
	before, after := killSheet()
	file := filepath.Join(t.TempDir(), "kill.csv")
	if err := os.WriteFile(file, []byte(after.csv(t)), 0o600); err != nil {
		t.Fatal(err)
	}
	dbtest.EachURL(t, func(t *testing.T, fresh func() string) {
		seed := uint64(time.Now().UnixNano())
		t.Logf("seed %d", seed)
		random := rand.New(rand.NewPCG(seed, 1))
		k := &killer{file: file, after: after, random: random, rows: 20 + random.IntN(30), before: len(before)}
		want, report := k.uninterrupted(t, newKillBase(t, fresh(), before))
		for done, bases := 0, 0; done < kills; bases++ {
			if bases > 10*kills+20 { // a quick machine ends many imports before they are killed
				t.Fatalf("%d imports ended before they were killed", bases)
			}
			base := newKillBase(t, fresh(), before)
			n, got := k.killUntilDone(t, base, kills-done)
			done += n
			if got.Counts != report.Counts || got.Warned != report.Warned {
				t.Fatalf("killed %d times, the report says %+v; without kills %+v", n, got.Counts, report.Counts)
			}
			base.same("killed and taken up again", base.story(), want)
		}
	})
}

// killBase is a database with the records that were there before.
type killBase struct {
	*testBench
	url string
}

func newKillBase(t *testing.T, url string, before sheet) *killBase {
	t.Helper()
	b := newBench(t, dbtest.Open(t, db.Options{URL: url, Migrations: schema.FS}))
	o := b.options("a", before)
	o.BatchRows = 0
	if _, err := b.service.Import(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	return &killBase{testBench: b, url: url}
}

// story is what the base says, whatever the identifiers and times.
func (b *killBase) story() string {
	b.t.Helper()
	all := b.records()
	var lines []string
	for _, r := range all {
		l := r.Listing
		text, err := json.Marshal(l.Content)
		if err != nil {
			b.t.Fatal(err)
		}
		lines = append(lines, fmt.Sprint(l.Slug, " ", l.State, " ", all[l.MergedInto].Listing.Slug, " ", l.Completeness, " ",
			r.Company.UsualName, " ", string(text)))
	}
	for _, pair := range b.rows("SELECT listing_a, listing_b FROM duplicate_suspects WHERE territory = $1") {
		one, two, _ := strings.Cut(pair, " ")
		slugs := []string{all[one].Listing.Slug, all[two].Listing.Slug}
		slices.Sort(slugs)
		lines = append(lines, "suspects "+strings.Join(slugs, " "))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

type killer struct {
	file   string
	after  sheet
	random *rand.Rand
	rows   int // in a batch
	before int // cards that were there
}

func (k *killer) command(t *testing.T, b *killBase) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self)
	cmd.Env = append(os.Environ(), envChildURL+"="+b.url, envChildFile+"="+k.file, envChildRows+"="+strconv.Itoa(k.rows))
	cmd.Stderr = os.Stderr
	return cmd
}

// uninterrupted is the import that the killed ones must equal.
func (k *killer) uninterrupted(t *testing.T, b *killBase) (string, importer.Report) {
	t.Helper()
	out, err := k.command(t, b).Output()
	if err != nil {
		t.Fatal(err)
	}
	_, report := acknowledged(t, strings.NewReader(string(out)), nil)
	if report == nil || report.Rows != len(k.after) || report.Merged == 0 || report.Updated == 0 || report.Unchanged == 0 || report.Doubtful == 0 {
		t.Fatalf("the import without kills: %+v", report)
	}
	b.accounted(report.Counts)
	return b.story(), *report
}

// acknowledged reads what the process has said: the rows that it called safe, and its report if it came that far.
func acknowledged(t *testing.T, r io.Reader, at func(line int)) (rows int, report *importer.Report) {
	t.Helper()
	lines := bufio.NewReader(r)
	for n := 1; ; n++ {
		line, err := lines.ReadString('\n')
		if err != nil {
			return rows, report // what the process did not end with a line it has not said
		}
		if strings.HasPrefix(line, "{") {
			report = new(importer.Report)
			if err := json.Unmarshal([]byte(line), report); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if rows, err = strconv.Atoi(strings.TrimSpace(line)); err != nil {
			t.Fatalf("the process said %q", line)
		}
		if at != nil {
			at(n)
		}
	}
}

// killUntilDone starts the same command again and again, and kills it, until it has nothing left to do.
func (k *killer) killUntilDone(t *testing.T, b *killBase, most int) (kills int, report importer.Report) {
	t.Helper()
	run, safe := "", 0
	for {
		cmd := k.command(t, b)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		moment, after := k.random.IntN(14), time.Duration(k.random.IntN(25_000))*time.Microsecond
		var timer *time.Timer
		kill := func() { timer = time.AfterFunc(after, func() { _ = cmd.Process.Kill() }) }
		if moment == 0 && kills < most {
			after *= 8 // while it starts
			kill()
		}
		said, told := acknowledged(t, out, func(line int) {
			if line == moment && kills < most {
				kill()
			}
		})
		err = cmd.Wait()
		if timer != nil {
			timer.Stop()
		}
		safe = max(safe, said)
		if last := k.check(t, b, safe); last.ID != "" {
			if run != "" && last.ID != run {
				t.Fatalf("run %s was taken up as %s", run, last.ID)
			}
			run = last.ID
			if told == nil && last.State == importer.Done { // killed between its last commit and its last word
				report, err := b.service.Report(t.Context(), run, nil, nil)
				if err != nil {
					t.Fatal(err)
				}
				return kills + 1, report
			}
		}
		if told != nil {
			if told.ID != run {
				t.Fatalf("the report is of run %s, the table has %s", told.ID, run)
			}
			if err != nil {
				kills++ // killed after its last word: a call more would be another run
			}
			return kills, *told
		}
		if state := cmd.ProcessState; state.Exited() {
			t.Fatalf("the process ended by itself with %v", state)
		}
		kills++
	}
}

// check looks at a base whose import was killed: it is sound, and no row is lost that was called safe.
func (k *killer) check(t *testing.T, b *killBase, safe int) importer.Run {
	t.Helper()
	q := b.db.Read()
	if b.db.Engine() == "sqlite" {
		var verdict string
		if err := q.QueryRowContext(t.Context(), "PRAGMA integrity_check").Scan(&verdict); err != nil || verdict != "ok" {
			t.Fatalf("the base is damaged: %s %v", verdict, err)
		}
	}
	for what, query := range map[string]string{
		"refs without a card":        "SELECT count(*) FROM import_refs WHERE listing_id NOT IN (SELECT id FROM listings)",
		"cards without a company":    "SELECT count(*) FROM listings WHERE company_id NOT IN (SELECT id FROM companies)",
		"cards without an address":   "SELECT count(*) FROM listings WHERE slug NOT IN (SELECT slug FROM listing_slugs)",
		"cards without a record":     "SELECT count(*) FROM listings WHERE id NOT IN (SELECT listing_id FROM import_refs)",
		"keys of no card":            "SELECT count(*) FROM match_keys WHERE listing_id NOT IN (SELECT id FROM listings)",
		"mergings of no card":        "SELECT count(*) FROM listing_mergings WHERE from_id NOT IN (SELECT id FROM listings WHERE state = 'merged')",
		"effects beyond their run":   "SELECT count(*) FROM import_effects JOIN import_runs ON id = run WHERE seq >= effects",
		"changes that were not told": "SELECT count(*) FROM listings WHERE id NOT IN (SELECT id FROM changes WHERE kind = 'listing')",
	} {
		var n int
		if err := q.QueryRowContext(t.Context(), query).Scan(&n); err != nil || n != 0 {
			t.Fatalf("%d %s (%v)", n, what, err)
		}
	}
	runs, err := b.service.Runs(t.Context(), "nc", 2)
	if err != nil {
		t.Fatal(err)
	}
	if len(runs) < 2 {
		if safe > 0 {
			t.Fatalf("%d rows were called safe and there is no run", safe)
		}
		return importer.Run{}
	}
	last := runs[0]
	b.accounted(last.Counts)
	if last.Rows < safe || last.State != importer.Interrupted && last.State != importer.Done {
		t.Fatalf("%d rows were called safe, the run has %d and is %s", safe, last.Rows, last.State)
	}
	present := map[string]bool{}
	for _, pair := range b.rows("SELECT external_id, hash FROM import_refs WHERE territory = $1") {
		id, _, _ := strings.Cut(pair, " ")
		present[id] = true
	}
	for _, row := range k.after[:safe] {
		if !present[row["id"]] {
			t.Fatalf("row %s was called safe and is lost", row["id"])
		}
	}
	report, err := b.service.Report(t.Context(), last.ID, nil, nil)
	if err != nil || report.Rows != last.Rows {
		t.Fatalf("the report of the killed run: %d rows (%v)", report.Rows, err)
	}
	if n, err := (listing.Reader{}).Count(t.Context(), q, "nc"); err != nil || n < k.before {
		t.Fatalf("%d cards are left of those that were there (%v)", n, err)
	}
	return last
}
