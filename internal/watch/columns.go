package watch

import (
	"slices"
	"strings"
	"time"

	"grappe/internal/company"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/spelling"
)

// Columns say where a register file tells what. Empty ones are found by their names.
type Columns struct {
	Number string // the column of the number
	Scheme string // the scheme of the numbers: see company.Schemes
	State  string // the column that says whether the company is active
	Ended  string // the column of the date, or the yes or no, of the end
	Closed bool   // every row of the file is a company that has ended
}

// ReadAs is what a file's columns were taken for.
type ReadAs struct {
	Number string `json:"number"`
	Scheme string `json:"scheme"`
	State  string `json:"state,omitempty"`
	Ended  string `json:"ended,omitempty"`
	Closed bool   `json:"closed,omitempty"`
	Dated  string `json:"dated,omitempty"` // says on which day a company has ended, and nothing else
	unit   bool   // the state is that of the legal unit, whatever number stands beside it
}

// The parts of what is asked for a register, as its form and its faults name them.
const (
	FieldDay    = "jour"
	FieldNumber = "numero"
	FieldScheme = "registre"
	FieldState  = "etat"
	FieldEnded  = "fin"
)

// The keys of what is wrong with the columns or the day of a register, for who says how it is mended: by an option, in a form.
const (
	KeyNoNumber = "watch.register_no_number" // no column is called like a number
	KeyNoScheme = "watch.register_no_scheme" // the column that was named is not
	KeyNoState  = "watch.register_no_state"  // no column says whether a company is active
	KeyNoColumn = "watch.register_no_column" // there is no column of that name
	KeyOlder    = "watch.register_older"
)

// fault is errs.Invalid about one field.
func fault(field, key string, args errs.Args) *errs.E {
	return &errs.E{Kind: errs.Invalid, Key: key, Args: args, Fields: []errs.Field{{Name: field, Key: key, Args: args}}}
}

// guess finds the columns that nobody named. errs.Invalid, with what there is, where they cannot be found.
func guess(given Columns, names []string) (ReadAs, error) {
	as := ReadAs{Scheme: given.Scheme, Closed: given.Closed}
	for _, one := range []struct {
		field, given string
		found        *string
	}{{FieldNumber, given.Number, &as.Number}, {FieldState, given.State, &as.State}, {FieldEnded, given.Ended, &as.Ended}} {
		var ok bool
		if *one.found, ok = named(one.given, names); !ok {
			return as, fault(one.field, KeyNoColumn, errs.Args{"name": one.given, "columns": names})
		}
	}
	if as.Number == "" {
		as.Number, as.Scheme = numberColumn(names, given.Scheme)
	} else if as.Scheme == "" {
		as.Scheme = schemeOf(as.Number)
	}
	switch {
	case as.Number == "":
		return as, fault(FieldNumber, KeyNoNumber, errs.Args{"columns": names, "known": company.Schemes()})
	case as.Scheme == "":
		return as, fault(FieldScheme, KeyNoScheme, errs.Args{"name": as.Number, "columns": names, "known": company.Schemes()})
	}
	if as.State == "" && as.Ended == "" && !as.Closed {
		as.State, as.Ended = stateColumn(names), endColumn(names)
	}
	if as.State == "" && as.Ended == "" && !as.Closed {
		return as, fault(FieldState, KeyNoState, errs.Args{"columns": names})
	}
	about := spelling.Compact(as.State + as.Ended)
	as.unit = strings.Contains(about, "unitelegale") || strings.Contains(about, "entreprise")
	as.Dated = dayColumn(as, names)
	return as, nil
}

// named finds a column that somebody named, whatever its capitals and accents.
func named(wanted string, names []string) (column string, ok bool) {
	if wanted == "" || slices.Contains(names, wanted) {
		return wanted, true
	}
	for _, n := range names {
		if spelling.Plain(n) == spelling.Plain(wanted) {
			return n, true
		}
	}
	return "", false
}

// numberColumn is the first column that is called like a number of a register; one of establishments before one of legal units.
func numberColumn(names []string, scheme string) (column, of string) {
	for _, establishment := range []bool{true, false} {
		for _, n := range names {
			s := schemeOf(n)
			if s != "" && (scheme == "" || s == scheme) && company.IsEstablishment(s) == establishment {
				return n, s
			}
		}
	}
	return "", ""
}

// schemeOf is the scheme that a column's name speaks of, "" for none.
func schemeOf(name string) string {
	last := name[strings.LastIndexByte(name, '.')+1:]
	words := strings.Fields(spelling.Plain(last))
	text := strings.Join(words, "")
	switch {
	case slices.Contains(words, "tahiti") && slices.Contains(words, "iti"), text == "tahitiiti", text == "numerotahitiiti":
		return company.SchemeTAHITIITI
	case slices.Contains(words, "tahiti"), text == "numerotahiti":
		return company.SchemeTAHITI
	}
	for _, s := range []string{company.SchemeRIDET, company.SchemeSIRET, company.SchemeSIREN, company.SchemeRID} {
		if slices.Contains(words, s) || text == "numero"+s || text == "no"+s {
			return s
		}
	}
	return ""
}

// stateColumn is the column that says whether the company is active: that of the legal unit where there is one.
func stateColumn(names []string) string {
	best := ""
	for _, n := range names {
		text := spelling.Compact(n[strings.LastIndexByte(n, '.')+1:])
		switch {
		case strings.Contains(text, "etatadministratif") && strings.Contains(text, "unitelegale"):
			return n
		case best != "":
		case strings.Contains(text, "etatadministratif"), slices.Contains([]string{
			"etat", "statut", "situation", "status", "state", "etatentreprise", "etatdelentreprise", "statutentreprise", "etatetablissement",
		}, text):
			best = n
		}
	}
	return best
}

// endColumn is the column that says when, or whether, a company has ended.
func endColumn(names []string) string {
	i := slices.IndexFunc(names, isEnd)
	if i < 0 {
		return ""
	}
	return names[i]
}

// isEnd reports whether a column is called like the end of a company.
func isEnd(name string) bool {
	text := spelling.Compact(name[strings.LastIndexByte(name, '.')+1:])
	return slices.ContainsFunc([]string{"radiation", "radie", "cessation", "cesse", "fermeture", "dissolution"}, func(part string) bool {
		return strings.Contains(text, part)
	})
}

// dayColumn is the column that says on which day a company has ended: that of the end, unless another one is called a date of it. The day
// on which an establishment has closed is not that of its legal unit.
func dayColumn(as ReadAs, names []string) string {
	of := func(name, part string) bool { return strings.Contains(spelling.Compact(name), part) }
	best := as.Ended
	if best == "" {
		best = endColumn(names)
	}
	if !of(best, "date") {
		if i := slices.IndexFunc(names, func(n string) bool { return isEnd(n) && of(n, "date") }); i >= 0 {
			best = names[i]
		}
	}
	if as.unit && of(best, "etablissement") {
		return ""
	}
	return best
}

// state is what a row says of a company.
type state int

const (
	unclear state = iota
	active
	ended
)

// stateOf reads what a row says. day is that of the file: an end that is still to come is none.
func stateOf(as ReadAs, word, end string, day time.Time) state {
	if as.Closed {
		return ended
	}
	if s := stateWord(word); as.State != "" && s != unclear {
		return s
	}
	if as.Ended == "" {
		return unclear
	}
	return endOf(end, as.State == "", day)
}

// stateWord reads the words and letters that registers use.
func stateWord(word string) state {
	text := spelling.Plain(word)
	switch text {
	case "a", "o":
		return active
	case "c", "f", "r":
		return ended
	}
	for _, begin := range []string{"inacti", "cess", "ceas", "radi", "ferm", "clos", "dissou", "dissol", "struck", "disparu"} {
		if strings.HasPrefix(text, begin) {
			return ended
		}
	}
	for _, begin := range []string{"acti", "en acti", "ouver", "open", "inscri", "immatricul", "en vie"} {
		if strings.HasPrefix(text, begin) {
			return active
		}
	}
	return unclear
}

// endOf reads a date of the end, or a yes or no. silent says that an empty value means that there was none.
func endOf(text string, silent bool, day time.Time) state {
	text = strings.TrimSpace(text)
	if text == "" || strings.Trim(text, "0/-. ") == "" {
		if silent {
			return active
		}
		return unclear
	}
	if at, ok := dateOf(text); ok {
		if at.After(day) {
			return active
		}
		return ended
	}
	switch spelling.Plain(text) {
	case "oui", "yes", "true", "vrai", "1", "x":
		return ended
	case "non", "no", "false", "faux":
		return active
	}
	return stateWord(text)
}

// dateOf reads a date as registers write it.
func dateOf(text string) (time.Time, bool) {
	if len(text) > 10 && text[4:5] == "-" {
		text = text[:10] // without the time of day
	}
	if len(text) > 10 && text[2:3] == "/" {
		text = text[:10]
	}
	for _, layout := range []string{time.DateOnly, "02/01/2006", "2/1/2006", "02-01-2006", "02.01.2006", "2006/01/02", "20060102"} {
		if at, err := time.Parse(layout, text); err == nil {
			return at, true
		}
	}
	return time.Time{}, false
}
