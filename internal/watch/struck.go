package watch

import (
	"strings"
	"time"

	"grappe/internal/company"
)

// StruckOff is what a flag says of a company that has ended.
type StruckOff struct {
	Number company.Identifier
	Said   time.Time // the day of the file that says so
	Ended  time.Time // the day on which it ended, by that file; zero where it does not tell
}

// StruckDetail is the detail of a flag: the number, the day of the file, and that of the end, "" for none.
func StruckDetail(number string, day time.Time, ended string) string {
	text := number + " (" + day.Format(time.DateOnly)
	if ended != "" {
		text += "; " + ended
	}
	return text + ")"
}

// dayWords is a day as StruckDetail takes it, "" for none.
func dayWords(day time.Time) string {
	if day.IsZero() {
		return ""
	}
	return day.Format(time.DateOnly)
}

// ReadStruckDetail reads the detail of a flag of a company that has ended, its days in a zone. It reports false for the words of anything
// else.
func ReadStruckDetail(detail string, zone *time.Location) (StruckOff, bool) {
	number, text, _ := strings.Cut(strings.TrimSuffix(detail, ")"), " (")
	said, end, told := strings.Cut(text, "; ")
	var s StruckOff
	var err error
	if s.Said, err = time.ParseInLocation(time.DateOnly, said, zone); err != nil {
		return StruckOff{}, false
	}
	if told {
		if s.Ended, err = time.ParseInLocation(time.DateOnly, end, zone); err != nil {
			return StruckOff{}, false
		}
	}
	for _, scheme := range []string{company.SchemeSIREN, company.SchemeTAHITI, company.SchemeRID} {
		if s.Number = company.ParseIdentifier(scheme, number); s.Number.Valid {
			return s, true
		}
	}
	return StruckOff{}, false
}
