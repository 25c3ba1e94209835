package watch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"grappe/internal/account"
	"grappe/internal/company"
	"grappe/internal/listing"
	"grappe/internal/platform/audit"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/errs"
	"grappe/internal/schema"
)

func source() company.Source {
	return company.Source{Kind: company.FromImport, Name: "test", At: on(-90)}
}

func (h *house) read(file string, c Columns) (RegisterReport, error) {
	return h.readOf(Register{File: "registre.csv", Input: strings.NewReader(file), Size: int64(len(file)), Columns: c})
}

func (h *house) readOf(r Register) (RegisterReport, error) {
	return h.s.ReadRegister(h.t.Context(), account.Operator("nc"), h.nc, r)
}

func (h *house) standing(l listing.Listing) company.Status {
	h.t.Helper()
	c, err := company.Store{}.ByID(h.t.Context(), h.db.Read(), l.CompanyID)
	h.must(err)
	return c.Status
}

func rid(n string) company.Identifier   { return company.ParseIdentifier(company.SchemeRID, n) }
func ridet(n string) company.Identifier { return company.ParseIdentifier(company.SchemeRIDET, n) }

func TestGuess(t *testing.T) {
	for _, tt := range []struct {
		names                        string
		number, scheme, state, ended string
		unit                         bool
	}{
		{"RIDET|Dénomination|État", "RIDET", "ridet", "État", "", false},
		{"RID|raison sociale|date de radiation", "RID", "rid", "", "date de radiation", false},
		{"N° RIDET|Cessée", "N° RIDET", "ridet", "", "Cessée", false},
		{"siren|siret|etatAdministratifEtablissement|etatAdministratifUniteLegale", "siret", "siret", "etatAdministratifUniteLegale", "", true},
		{"siren|etatAdministratifUniteLegale|dateCreationUniteLegale", "siren", "siren", "etatAdministratifUniteLegale", "", true},
		{"Numéro TAHITI|Statut|Date de radiation", "Numéro TAHITI", "tahiti", "Statut", "Date de radiation", false},
		{"numero_tahiti_iti|etat", "numero_tahiti_iti", "tahiti-iti", "etat", "", false},
		{"unite.siren|unite.dateCessation", "unite.siren", "siren", "", "unite.dateCessation", false},
	} {
		as, err := guess(Columns{}, strings.Split(tt.names, "|"))
		if err != nil || as.Number != tt.number || as.Scheme != tt.scheme || as.State != tt.state || as.Ended != tt.ended || as.unit != tt.unit {
			t.Errorf("%s: %+v %v", tt.names, as, err)
		}
	}
	for _, tt := range []struct {
		given             Columns
		names, key, field string
	}{
		{Columns{}, "nom|état", KeyNoNumber, FieldNumber},
		{Columns{}, "RIDET|nom", KeyNoState, FieldState},
		{Columns{Number: "code"}, "code|état", KeyNoScheme, FieldScheme},
		{Columns{Scheme: "siren"}, "RIDET|état", KeyNoNumber, FieldNumber},
		{Columns{Number: "nowhere"}, "RIDET|état", KeyNoColumn, FieldNumber},
		{Columns{State: "nowhere"}, "RIDET|état", KeyNoColumn, FieldState},
		{Columns{Ended: "nowhere"}, "RIDET|état", KeyNoColumn, FieldEnded},
	} {
		names := strings.Split(tt.names, "|")
		_, err := guess(tt.given, names)
		e := errs.As(err)
		if e == nil || e.Kind != errs.Invalid || e.Key != tt.key || len(e.Fields) != 1 || e.Fields[0].Name != tt.field {
			t.Fatalf("%+v of %s: %v", tt.given, tt.names, err)
		}
		if got, _ := e.Args["columns"].([]string); !slices.Equal(got, names) {
			t.Errorf("%+v of %s tells the columns %v", tt.given, tt.names, got)
		}
	}
	if as, err := guess(Columns{Number: "NUMERO", Scheme: "rid", Closed: true}, []string{"numéro"}); err != nil || as.Number != "numéro" {
		t.Errorf("%+v %v", as, err)
	}
}

func TestStateOf(t *testing.T) {
	both, word, date := ReadAs{State: "s", Ended: "e"}, ReadAs{State: "s"}, ReadAs{Ended: "e"}
	for _, tt := range []struct {
		as        ReadAs
		word, end string
		want      state
	}{
		{word, "A", "", active},
		{word, "F", "", ended},
		{word, "C", "", ended},
		{word, "Active", "", active},
		{word, "Radiée", "", ended},
		{word, "Cessée le 3 mai", "", ended},
		{word, "inactif", "", ended},
		{word, "En activité", "", active},
		{word, "", "", unclear},
		{word, "en sommeil", "", unclear},
		{word, "liquidation judiciaire", "", unclear},
		{both, "Active", "2020-01-01", active},
		{both, "?", "2020-01-01", ended},
		{both, "?", "", unclear},
		{date, "", "2024-03-01", ended},
		{date, "", "01/03/2024", ended},
		{date, "", "2024-03-01T00:00:00", ended},
		{date, "", "", active},
		{date, "", "00/00/0000", active},
		{date, "", "9999-12-31", active},
		{date, "", "2026-12-02", active},
		{date, "", "2026-12-01", ended},
		{date, "", "oui", ended},
		{date, "", "non", active},
		{date, "", "peut-être", unclear},
		{ReadAs{Closed: true}, "Active", "", ended},
	} {
		if got := stateOf(tt.as, tt.word, tt.end, on(0)); got != tt.want {
			t.Errorf("%+v %q %q: %v, not %v", tt.as, tt.word, tt.end, got, tt.want)
		}
	}
}

func TestRegister(t *testing.T) {
	each(t, func(h *house) {
		struck := h.card("Radiée", listing.Content{}, ridet("0132720001"))
		live := h.card("Vivante", listing.Content{}, rid("0002345"), ridet("0002345001"))
		moved := h.card("Déménagée", listing.Content{}, ridet("0004564001"))
		kept := h.card("Tenue", listing.Content{}, ridet("0006783001"))
		h.must(h.db.Write(t.Context(), func(tx *db.Tx) error {
			c, err := company.Store{}.ByID(t.Context(), tx, kept.CompanyID)
			if err != nil {
				return err
			}
			c, _ = company.Merge(c, company.Company{Status: company.Active}, nil, company.Source{Kind: company.FromStaff, At: on(-1)})
			_, err = company.Store{}.SaveBatch(t.Context(), tx, []company.Company{c}, on(-1))
			return err
		}))
		numbers := []company.Identifier{rid("0002345"), ridet("0004564001"), ridet("0006783001")}
		for _, n := range numbers {
			if !n.Valid {
				t.Fatalf("the test's own number %s fails its check", n.Written)
			}
		}
		file := "RIDET;Dénomination;État\n132720.001;Radiée;radiée\n0002345001;Vivante;Active\n0004564001;Déménagée;Cessée\n0004564002;Déménagée;Active\n" +
			"0006783001;Tenue;C\n0999999001;Inconnue;C\n12;Illisible;C\n"
		dry, err := h.readOf(Register{File: "r.csv", Input: strings.NewReader(file), Size: int64(len(file)), DryRun: true})
		if err != nil || dry.Rows != 7 || dry.StruckOff != 2 || dry.Flagged != 2 || h.flag(struck, listing.StruckOff) != "" || h.standing(struck) != company.Unknown {
			t.Fatalf("a trial: %+v %v, flag %q", dry, err, h.flag(struck, listing.StruckOff))
		}
		r, err := h.read(file, Columns{})
		if err != nil || r.Known != 4 || r.Active != 2 || r.StruckOff != 2 || r.Changed != 3 || r.Kept != 1 || r.Flagged != 2 || r.Unreadable < 1 || len(r.Others) != 1 || r.Others[0].Card != kept.ID {
			t.Fatalf("%+v %v", r, err)
		}
		if h.standing(struck) != company.Ceased || h.standing(live) != company.Active || h.standing(moved) != company.Active || h.standing(kept) != company.Active {
			t.Errorf("%s %s %s %s", h.standing(struck), h.standing(live), h.standing(moved), h.standing(kept))
		}
		if got := h.flag(struck, listing.StruckOff); got != "0 132 720 (2026-12-01)" || h.flag(kept, listing.StruckOff) == "" || h.flag(live, listing.StruckOff)+h.flag(moved, listing.StruckOff) != "" {
			t.Errorf("flag %q", got)
		}
		if l, err := (listing.Reader{}).ByID(t.Context(), h.db.Read(), struck.ID); err != nil || l.State != listing.Published {
			t.Errorf("a register hides a card: %s %v", l.State, err)
		}
		if again, err := h.read(file, Columns{}); err != nil || again.Changed != 0 || again.Flagged != 0 {
			t.Errorf("read again: %+v %v", again, err)
		}
		entries, err := audit.Read(t.Context(), h.db.Read(), audit.Filter{Action: "watch.register_read"})
		if err != nil || len(entries) != 2 || entries[0].Detail["struck_off"] != "2" {
			t.Errorf("%+v %v", entries, err)
		}
		revived := "RID;état\n0132720;Active\n"
		_, err = h.readOf(Register{File: "r.csv", Input: strings.NewReader(revived), Size: int64(len(revived)), Day: on(-1)})
		if errs.As(err) == nil || errs.As(err).Key != "watch.register_older" || h.flag(struck, listing.StruckOff) == "" {
			t.Errorf("an older register: %v", err)
		}
		h.clock = on(40)
		if r, err = h.read(revived, Columns{}); err != nil || r.Cleared != 1 || h.flag(struck, listing.StruckOff) != "" || h.standing(struck) != company.Active {
			t.Errorf("%+v %v %s", r, err, h.standing(struck))
		}
		if h.flag(kept, listing.StruckOff) == "" {
			t.Error("a file that does not name a company clears its flag")
		}
		var out bytes.Buffer
		if err := r.Write(&out, h.s.Printer(h.nc)); err != nil || !strings.Contains(out.String(), "1 ligne lue dans registre.csv") {
			t.Errorf("%s %v", out.String(), err)
		}
		if _, err := h.s.ReadRegister(t.Context(), account.Actor{Person: "x", Territory: "nc", Roles: []account.Role{account.Reader}}, h.nc, Register{}); !errs.Is(err, errs.Forbidden) {
			t.Errorf("a reader: %v", err)
		}
	})
}

// A hundred thousand rows take few statements, of which a run that was killed loses nothing.
func TestLargeRegister(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a while")
	}
	var statements atomic.Int64
	var observed func(string)
	d := dbtest.Open(t, db.Options{URL: db.SQLiteURL(t.TempDir() + "/g.db"), Migrations: schema.FS, Observe: func(query string) {
		if statements.Add(1); observed != nil {
			observed(query)
		}
	}})
	h := newHouse(t, d)
	var b strings.Builder
	b.WriteString("siret;etatAdministratifEtablissement\n")
	var records []listing.Record
	for n := 1; len(records) < 1000 || b.Len() < 100_100*17; n++ {
		siren := fmt.Sprintf("%08d", n)
		for c := range 10 {
			if id := company.ParseIdentifier(company.SchemeSIREN, siren+fmt.Sprint(c)); id.Valid {
				siren = id.Value
			}
		}
		for c := range 10 {
			id := company.ParseIdentifier(company.SchemeSIRET, siren+"0001"+fmt.Sprint(c))
			if !id.Valid {
				continue
			}
			fmt.Fprintf(&b, "%s;%s\n", id.Value, []string{"A", "F"}[n%2])
			if n%49 == 0 && len(records) < 1000 {
				name := fmt.Sprintf("Entreprise %d", n)
				l, _ := listing.Merge(listing.Listing{Territory: "nc", State: listing.Published}, listing.Content{Name: name, Category: listing.Company}, nil, source())
				records = append(records, listing.Record{Listing: l, Company: company.Company{UsualName: name, Identifiers: []company.Identifier{id}}})
			}
		}
	}
	h.must(d.Write(t.Context(), func(tx *db.Tx) error {
		for chunk := range slices.Chunk(records, 200) {
			if _, err := (listing.Store{}).SaveBatch(t.Context(), tx, chunk, on(-90)); err != nil {
				return err
			}
		}
		return nil
	}))
	file := b.String()
	killed, kill := context.WithCancel(t.Context())
	defer kill()
	statements.Store(0)
	var inserts atomic.Int64
	observed = func(query string) {
		if strings.HasPrefix(query, "INSERT INTO watch_findings") && inserts.Add(1) == 5 {
			kill()
		}
	}
	_, err := h.s.ReadRegister(killed, account.Operator("nc"), h.nc, Register{File: "r.csv", Input: strings.NewReader(file), Size: int64(len(file))})
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("not killed: %v", err)
	}
	observed = nil
	half, err := listing.Reader{}.Flagged(t.Context(), d.Read(), "nc", 2000)
	if err != nil || len(half) == 0 || len(half) == 500 {
		t.Errorf("%d flags when it was killed, %v", len(half), err)
	}
	statements.Store(0)
	began := time.Now()
	r, err := h.read(file, Columns{})
	if all, err := (listing.Reader{}).Flagged(t.Context(), d.Read(), "nc", 2000); err != nil || len(all) != r.StruckOff {
		t.Errorf("%d flags, %v", len(all), err)
	}
	if err != nil || r.Rows < 100_000 || r.Known != 1000 || r.StruckOff != 500 || len(half)+r.Flagged != 500 {
		t.Fatalf("%+v %v", r, err)
	}
	t.Logf("%d rows, %d companies: %d statements, %v", r.Rows, r.Known, statements.Load(), time.Since(began))
	if n := statements.Load(); n > int64(r.Flagged+2*len(half))+200 { // flags are raised one by one
		t.Errorf("%d statements", n)
	}
}
