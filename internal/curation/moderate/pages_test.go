package moderate_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"grappe/internal/account"
	"grappe/internal/curation/moderate"
	"grappe/internal/platform/ui/uitest"
)

// The urgent ones first, then those that wait longest; a kind alone; what was looked at last is looked at again.
func TestQueue(t *testing.T) {
	b := newBench(t)
	all := b.get(manager(), moderate.Path)
	if got := titles(t, all.body); all.status != 200 || got != "d e a b c" {
		t.Fatal(all.status, got)
	}
	if tabs := strings.Join(uitest.Texts(t, all.body, ".tabs a"), "; "); tabs != "Tout 5; Modifications 3; Alertes 2" {
		t.Error(tabs)
	}
	if lead := uitest.Texts(t, all.body, "p.lead")[0]; !strings.Contains(lead, "5 cas attendent") || !strings.Contains(lead, "semaine") {
		t.Error(lead)
	}
	if got := titles(t, b.get(manager(), moderate.Path+"?sorte=modification").body); got != "a b c" {
		t.Error(got)
	}
	if got := titles(t, b.get(manager(), moderate.Path).body); got != "a b c" {
		t.Errorf("the kind is not remembered: %s", got)
	}
	b.cookies = nil
	if got := titles(t, b.get(manager(), moderate.Path+"?sorte=rien").body); got != "d e a b c" {
		t.Error(got)
	}
	b.flags.fails = true
	got := b.get(manager(), moderate.Path)
	if titles(t, got.body) != "a b c" || !strings.Contains(got.body, "n’a pas pu être lue") {
		t.Error("a docket that fails takes the others along")
	}
	b.flags.fails, b.flags.cases = false, nil
	none := b.get(manager(), moderate.Path+"?sorte=alerte").body
	if uitest.Count(t, none, "main a.button[href='/nc/gestion/moderation?sorte=tout']", 1); !strings.Contains(none, "Rien de cette sorte n’attend") || strings.Contains(none, "Tout est décidé") {
		t.Error(none)
	}
	b.cookies, b.edits.cases = nil, nil
	if got := b.get(manager(), moderate.Path); !strings.Contains(got.body, "Rien n’attend ici") {
		t.Error(got.body)
	}
}

// Each case is on one page of the queue, also where what waits for long comes before what its docket says is urgent.
func TestEachCaseIsOnOnePage(t *testing.T) {
	b := newBench(t)
	b.flags.cases = nil
	for i := range 80 {
		l := moderate.Line{ID: fmt.Sprint(i), At: now().Add(-time.Hour), Urgent: true}
		if l.Title = "Fiche " + l.ID; i >= 60 {
			l.At, l.Urgent = now().Add(-moderate.Late-time.Hour), false
		}
		b.flags.cases = append(b.flags.cases, l)
	}
	on := map[string]int{}
	var first string
	for _, page := range []string{"1", "2"} {
		got := titles(t, b.get(manager(), moderate.Path+"?sorte=alerte&page="+page).body)
		for id := range strings.FieldsSeq(got) {
			on[id]++
		}
		if first == "" {
			first, _, _ = strings.Cut(got, " ")
		}
	}
	for _, c := range b.flags.cases {
		if on[c.ID] != 1 {
			t.Errorf("%s is on %d pages", c.ID, on[c.ID])
		}
	}
	if first != "60" {
		t.Errorf("%s comes first", first)
	}
}

// What looks like spam stands apart, below all that waits, and is not counted with it.
func TestDoubtfulCasesAreApart(t *testing.T) {
	b := newBench(t)
	b.edits.cases[0].Doubtful, b.edits.cases[1].Doubtful = true, true // they would stand before c
	page := b.get(manager(), moderate.Path).body
	if got := titles(t, page); got != "d e c a b" {
		t.Error(got)
	}
	if tabs := strings.Join(uitest.Texts(t, page, ".tabs a"), "; "); tabs != "Tout 3; Modifications 1; Alertes 2" {
		t.Error(tabs)
	}
	if lead := uitest.Texts(t, page, "p.lead")[0]; !strings.Contains(lead, "3 cas attendent") || !strings.Contains(lead, "2 envois douteux sont à part") {
		t.Error(lead)
	}
	uitest.Count(t, page, "form details:not([open]) .queue tbody input[name=cas]", 2)
	uitest.Count(t, b.get(manager(), moderate.Path+"?ici=cas-modification-b").body, "form details[open] .queue tr.row-here", 1)
	if n, err := b.service.Entries()[0].Count(t.Context(), manager()); n != 3 || err != nil {
		t.Errorf("the menu counts %d, %v", n, err)
	}
	sent := b.send(manager(), moderate.Path, url.Values{"acte": {"refuser"}, "motif": {"rules"}, "cas": {"modification a vu a", "modification b vu b"}})
	if sent.status != 303 || !slices.Equal(b.edits.done, []string{"a refuser", "b refuser"}) {
		t.Errorf("in bulk: %d, %v", sent.status, b.edits.done)
	}
	b.flags.cases, b.edits.cases = nil, []moderate.Line{{ID: "s", Title: "Fiche s", At: now(), Doubtful: true}}
	page = b.get(manager(), moderate.Path).body
	if got := titles(t, page); got != "s" || !strings.Contains(page, "Rien n’attend ici") {
		t.Errorf("nothing but a doubtful one: %s", got)
	}
	lines, err := b.service.Waiting(t.Context(), manager(), "fr")
	if err != nil || len(lines) != 1 || lines[0].Urgent || lines[0].Title != "Un envoi douteux" {
		t.Errorf("%+v, %v", lines, err)
	}
}

// Who reads sees all and decides nothing; who is neither sees nothing.
func TestReaders(t *testing.T) {
	b := newBench(t)
	for _, path := range []string{moderate.Path, moderate.CasePath("modification", "a")} {
		got := b.get(reader(), path)
		if got.status != 200 {
			t.Error(path, got.status)
		}
		uitest.Count(t, got.body, "main button[name=acte], main input[name=cas]", 0)
		if got := b.get(account.Actor{Person: "x", Territory: "nc"}, path); got.status != 403 {
			t.Error(path, got.status)
		}
	}
	for _, path := range []string{moderate.Path, moderate.CasePath("modification", "a"), moderate.CasePath("modification", "a") + "/annulation"} {
		if got := b.send(reader(), path, url.Values{"acte": {"accepter"}, "cas": {"modification a x"}}); got.status != 403 || len(b.edits.done) != 0 {
			t.Error(path, got.status)
		}
	}
	for _, path := range []string{moderate.CasePath("rien", "a"), moderate.CasePath("modification", "z"), moderate.Path + "/lots/z"} {
		if got := b.get(manager(), path); got.status != 404 {
			t.Error(path, got.status)
		}
	}
}

// A decision leads straight to the next case of the same kind, says what was done, and can be taken back.
func TestDecideAndGoOn(t *testing.T) {
	b := newBench(t)
	page := b.get(manager(), moderate.CasePath("modification", "b")+"?sorte=modification").body
	if uitest.Texts(t, page, ".case-nav span")[0] != "2 sur 3" {
		t.Error(uitest.Texts(t, page, ".case-nav"))
	}
	form := url.Values{"acte": {"accepter"}, "champs": {"name"}, "vu": {"vu-b"}, "sorte": {"modification"}}
	got := b.send(manager(), moderate.CasePath("modification", "b"), form)
	if got.status != 303 || got.location != "/nc/gestion/moderation/modification/c?cas=modification%2Fb&fait=accepter.&sorte=modification" {
		t.Fatal(got.status, got.location)
	}
	if d := b.edits.last; d.Seen != "vu-b" || len(d.Take) != 1 || d.All {
		t.Errorf("%+v", d)
	}
	next := b.get(manager(), strings.TrimPrefix(got.location, "/nc")).body
	if !strings.Contains(next, "C’est accepté.") || !strings.Contains(next, "Fiche c") {
		t.Error(next)
	}
	if told := strings.Join(uitest.Texts(t, next, ".notice"), ""); !strings.Contains(told, "Fiche b") {
		t.Errorf("which case was decided is not said: %s", told)
	}
	undo := uitest.Attr(uitest.One(t, next, "form[action$='/annulation']"), "action")
	if got := b.send(manager(), strings.TrimPrefix(undo, "/nc"), url.Values{"sorte": {"modification"}}); got.location != "/nc/gestion/moderation/modification/b?fait=annulation&sorte=modification" {
		t.Error(got.status, got.location)
	}
	for i, want := range []string{"modification/b", "modification/a", "?"} { // after the last one the first, then the queue
		id := []string{"c", "b", "a"}[i]
		got := b.send(manager(), moderate.CasePath("modification", id), url.Values{"acte": {"accepter"}, "champs": {"name"}, "sorte": {"modification"}})
		if !strings.HasPrefix(got.location, "/nc/gestion/moderation"+map[bool]string{true: "?", false: "/" + want + "?"}[want == "?"]) {
			t.Errorf("after %s: %s", id, got.location)
		}
	}
}

// Who accepts one of two rivals does not come to the other, which is refused with it.
func TestDecidedTogether(t *testing.T) {
	b := newBench(t)
	b.edits.rival = "b"
	got := b.send(manager(), moderate.CasePath("modification", "a"), url.Values{"acte": {"accepter"}, "champs": {"name"}, "sorte": {"modification"}})
	if !strings.HasPrefix(got.location, "/nc/gestion/moderation/modification/c?") {
		t.Error(got.status, got.location)
	}
}

// What is refused comes back with all that was typed: the boxes, the reason, and the fault beside its field.
func TestRefusedForms(t *testing.T) {
	b := newBench(t)
	path := moderate.CasePath("modification", "a")
	got := b.send(manager(), path, url.Values{"acte": {"refuser"}, "champs": {"city"}, "sorte": {"modification"}})
	if got.status != 422 || !strings.Contains(got.body, "Choisissez une raison toute prête") {
		t.Fatal(got.status)
	}
	uitest.Count(t, got.body, "details[data-refuse][open] textarea[aria-invalid]", 1)
	uitest.Count(t, got.body, "input[name=champs][checked]", 1)
	b.edits.moved = map[string]bool{"a": true}
	got = b.send(manager(), path, url.Values{"acte": {"refuser"}, "raison": {"Parce que."}})
	if got.status != 409 || !strings.Contains(got.body, "Parce que.") || len(b.edits.done) > 0 {
		t.Fatal(got.status)
	}
	preview := b.send(manager(), path+"/apercu", url.Values{"champs": {"city"}, "motif": {"rules"}, "raison": {"Parce que."}})
	letters := strings.Join(uitest.Texts(t, preview.body, ".letter-draft"), "\n")
	if n := strings.Count(letters, "Motif : rules Parce que."); n != 4 { // two letters after each of two choices
		t.Errorf("%d letters have the reason: %s", n, letters)
	}
	if preview.status != 200 || !strings.Contains(letters, "Retenu : city") || !strings.Contains(letters, "Motif : rules Parce que.") || len(b.edits.done) > 0 {
		t.Error(preview.status, letters)
	}
	for _, sub := range []string{"/apercu", "/annulation"} {
		if got := b.get(manager(), path+sub); got.status != 303 || got.location != "/nc"+path {
			t.Error(sub, got.status, got.location)
		}
	}
	if got := b.send(manager(), path+"/annulation", nil); got.status != 409 {
		t.Errorf("nothing to take back: %d", got.status)
	}
}

// Many at once: each result is told, and what somebody else decided or changed meanwhile is left.
func TestBulk(t *testing.T) {
	b := newBench(t)
	b.edits.moved = map[string]bool{"b": true}
	pick := []string{"modification a vu a", "modification b vu b", "modification gone x", "alerte d vu d"}
	got := b.send(manager(), moderate.Path, url.Values{"acte": {"refuser"}, "cas": pick, "sorte": {""}})
	if got.status != 422 || len(b.edits.done) > 0 {
		t.Fatal(got.status)
	}
	uitest.Count(t, got.body, "input[name=cas][checked]", 3)
	uitest.Count(t, got.body, "details[data-refuse][open] textarea[aria-invalid]", 1)
	got = b.send(manager(), moderate.Path, url.Values{"acte": {"refuser"}, "cas": pick, "raison": {"Parce que."}})
	if got.status != 303 || !strings.HasPrefix(got.location, "/nc/gestion/moderation/lots/") {
		t.Fatal(got.status, got.location)
	}
	if b.edits.last.Seen != "vu a" || !b.edits.last.All {
		t.Errorf("%+v", b.edits.last)
	}
	page := b.get(reader(), strings.TrimPrefix(got.location, "/nc")).body
	if lead := strings.Join(uitest.Texts(t, page, ".notice"), ""); !strings.Contains(lead, "2 cas refusés.") || !strings.Contains(lead, "2 cas sont laissés") {
		t.Error(lead)
	}
	again := b.send(manager(), moderate.Path, url.Values{"acte": {"refuser"}, "cas": {"modification b vu b", "modification c vu c"}, "raison": {"Parce que."}})
	if lead := strings.Join(uitest.Texts(t, b.get(reader(), strings.TrimPrefix(again.location, "/nc")).body, ".notice"), ""); !strings.Contains(lead, "Un cas refusé.") {
		t.Error(lead)
	}
	left := strings.Join(uitest.Texts(t, page, "#laisses ~ ul li"), "\n")
	if !strings.Contains(left, "Fiche b") || !strings.Contains(left, "Quelqu’un d’autre a déjà décidé") || strings.Contains(page, "René") {
		t.Error(left)
	}
	uitest.Count(t, page, "#faits ~ ul form[action$='/annulation']", 2)
	if buttons := strings.Join(uitest.Texts(t, page, "#faits ~ ul form button"), "; "); !strings.Contains(buttons, "Fiche a") {
		t.Errorf("which one a button undoes: %s", buttons)
	}
	if got := b.send(manager(), moderate.CasePath("modification", "a")+"/annulation", nil); got.status != 303 {
		t.Error(got.status)
	}
	page = b.get(reader(), strings.TrimPrefix(got.location, "/nc")).body
	if lead := strings.Join(uitest.Texts(t, page, ".notice"), ""); !strings.Contains(lead, "Un cas refusé.") {
		t.Error(lead)
	}
	if undone := strings.Join(uitest.Texts(t, page, "#annules ~ ul li"), "\n"); !strings.Contains(undone, "Fiche a") {
		t.Errorf("what waits again is not told: %s", undone)
	}
	uitest.Count(t, page, "#faits ~ ul form[action$='/annulation']", 1)
	elsewhere := reader()
	elsewhere.Territory = "pf"
	if got := b.get(elsewhere, strings.TrimPrefix(got.location, "/nc")); got.status != 404 {
		t.Error(got.status)
	}
	for name, form := range map[string]url.Values{
		"nothing": {"acte": {"accepter"}}, "no act": {"acte": {"x"}, "cas": pick}, "nonsense": {"acte": {"accepter"}, "cas": {"x", "", "  "}},
		"too many": {"acte": {"accepter"}, "cas": make51()},
	} {
		if got := b.send(manager(), moderate.Path, form); got.status != 422 {
			t.Errorf("%s: %d", name, got.status)
		}
	}
}

// An error in the midst of many does not hide what was done before it: that is told, with the way back, and so is what still waits.
func TestBulkThatFails(t *testing.T) {
	b := newBench(t)
	b.edits.stops = "b"
	form := url.Values{"acte": {"accepter"}, "cas": {"modification a vu a", "modification b vu b", "modification c vu c"}}
	got := b.send(manager(), moderate.Path, form)
	if got.status != 303 || !strings.HasPrefix(got.location, "/nc/gestion/moderation/lots/") || !slices.Equal(b.edits.done, []string{"a accepter"}) {
		t.Fatal(got.status, got.location, b.edits.done)
	}
	page := b.get(manager(), strings.TrimPrefix(got.location, "/nc")).body
	uitest.Count(t, page, "#faits ~ ul form[action$='/modification/a/annulation']", 1)
	if left := uitest.Texts(t, page, "#laisses ~ ul li"); len(left) != 2 || !strings.Contains(left[0], "Fiche b") || !strings.Contains(left[1], "Une erreur nous a arrêtés avant ce cas.") {
		t.Error(left)
	}
	form["cas"] = form["cas"][1:]
	if got := b.send(manager(), moderate.Path, form); got.status != 500 || len(b.edits.done) != 1 {
		t.Errorf("nothing was done: %d, %v", got.status, b.edits.done)
	}
	form["cas"] = []string{"modification c vu c", "rien x x"}
	if got := b.send(manager(), moderate.Path, form); got.status != 404 || len(b.edits.done) != 1 {
		t.Errorf("no such kind: %d, %v", got.status, b.edits.done)
	}
}

// Spam that was discarded in another window is told to be decided, with its title.
func TestDiscardedAlready(t *testing.T) {
	b := newBench(t)
	for _, id := range []string{"a", "b"} {
		b.send(manager(), moderate.Path, url.Values{"acte": {"accepter"}, "cas": {"modification " + id + " x"}})
	}
	got := b.send(manager(), moderate.Path, url.Values{"acte": {"ecarter"}, "cas": {"modification a x", "modification b x"}})
	left := strings.Join(uitest.Texts(t, b.get(reader(), strings.TrimPrefix(got.location, "/nc")).body, "#laisses ~ ul li"), "\n")
	if !strings.Contains(left, "Fiche a") || strings.Count(left, "Quelqu’un d’autre a déjà décidé") != 2 {
		t.Error(left)
	}
}

func make51() []string {
	all := make([]string, 51)
	for i := range all {
		all[i] = "modification a x"
	}
	return all
}

// One row alone comes back to the queue, at the row after it.
func TestOneFromTheList(t *testing.T) {
	b := newBench(t)
	got := b.send(manager(), moderate.Path, url.Values{"acte": {"accepter"}, "cas": {"modification a vu a"}, "suite": {"cas-modification-b"}})
	if got.status != 303 || got.location != "/nc/gestion/moderation?cas=modification%2Fa&fait=accepter.&ici=cas-modification-b&sorte=tout" {
		t.Fatal(got.status, got.location)
	}
	page := b.get(manager(), strings.TrimPrefix(got.location, "/nc")).body
	uitest.Count(t, page, "#cas-modification-b.row-here a[autofocus]", 1)
	uitest.Count(t, page, "form[action$='/modification/a/annulation']", 1)
	got = b.send(manager(), moderate.Path, url.Values{"acte": {"accepter"}, "cas": {"modification a vu a"}})
	if got.status != 409 || !strings.Contains(got.body, "Quelqu’un d’autre a déjà décidé") {
		t.Error(got.status)
	}
}

// The menu counts for who decides, and the desk's first page says how long the oldest waits.
func TestMenuAndToday(t *testing.T) {
	b := newBench(t)
	entry := b.service.Entries()[0]
	for want, by := range map[int]account.Actor{5: manager(), 0: reader()} {
		if n, err := entry.Count(t.Context(), by); n != want || err != nil {
			t.Errorf("%d, %v, want %d", n, err, want)
		}
	}
	lines, err := b.service.Waiting(t.Context(), reader(), "fr")
	if err != nil || len(lines) != 1 || !lines[0].Urgent || lines[0].Path != moderate.Path || !strings.Contains(lines[0].Detail, "il y a 1 semaine") {
		t.Errorf("%+v, %v", lines, err)
	}
	b.flags.cases, b.edits.cases = nil, nil
	if lines, err := b.service.Waiting(t.Context(), manager(), "fr"); err != nil || len(lines) != 0 {
		t.Errorf("%+v, %v", lines, err)
	}
}
