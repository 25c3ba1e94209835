package company

import "strings"

// The nomenclatures of activities.
const (
	// NAFRev2 is INSEE's nomenclature in force from 2008: "62.01Z". New Caledonia and French Polynesia use it too.
	NAFRev2 = "naf-rev2"
	// NAF2025 is its successor, in force from 2027 (decree of 2025): "62.10Y". Same shape, other codes.
	NAF2025 = "naf-2025"
)

// ParseActivity reads an activity code as people write it ("6201Z", "62.01 z") and returns its canonical form,
// "62.01Z". It is false when the text has not the shape of a code of the nomenclature: two digits of a division
// that exists, two digits and a letter. Whether the class itself exists is not checked.
func ParseActivity(nomenclature, written string) (Activity, bool) {
	activity := Activity{Nomenclature: nomenclature, Code: strings.TrimSpace(written)}
	var b strings.Builder
	for _, r := range strings.ToUpper(activity.Code) {
		if !strings.ContainsRune(" .-\u00a0\u202f", r) {
			b.WriteRune(r)
		}
	}
	code := b.String()
	if len(code) != 5 || !isDigits(code[:4]) || code[4] < 'A' || code[4] > 'Z' {
		return activity, false
	}
	if !isDivision(nomenclature, code[:2]) {
		return activity, false
	}
	activity.Code = code[:2] + "." + code[2:]
	return activity, true
}

// isDivision reports whether the two digits are a division of the nomenclature. The gaps are those of NACE
// Rev. 2 and of NACE Rev. 2.1, which the two NAF follow at this level (2.1 empties division 45).
func isDivision(nomenclature, division string) bool {
	missing := map[string]string{
		NAFRev2: " 00 04 34 40 44 48 54 57 67 76 83 89 ",
		NAF2025: " 00 04 34 40 44 45 48 54 57 67 76 83 89 ",
	}[nomenclature]
	return missing != "" && !strings.Contains(missing, " "+division+" ")
}

func isDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// SizeClasses lists INSEE's classes of staff ("tranches d'effectif salarié"), from unknown to 10,000 and more.
func SizeClasses() []string {
	return []string{
		"NN", "00", "01", "02", "03", "11", "12", "21", "22", "31", "32", "41", "42", "51", "52", "53",
	}
}

// SizeClassOf is the class of a head count; "NN" for a negative one.
func SizeClassOf(staff int) string {
	switch {
	case staff < 0:
		return "NN"
	case staff == 0:
		return "00"
	}
	for _, step := range []struct {
		below int
		class string
	}{
		{3, "01"},
		{6, "02"},
		{10, "03"},
		{20, "11"},
		{50, "12"},
		{100, "21"},
		{200, "22"},
		{250, "31"},
		{500, "32"},
		{1000, "41"},
		{2000, "42"},
		{5000, "51"},
		{10000, "52"},
	} {
		if staff < step.below {
			return step.class
		}
	}
	return "53"
}

// ValidSizeClass reports whether class is one of SizeClasses.
func ValidSizeClass(class string) bool {
	for _, known := range SizeClasses() {
		if class == known {
			return true
		}
	}
	return false
}

// SizeClassKey is the key of the name of a size class: "company.size.11".
func SizeClassKey(sizeClass string) string { return "company.size." + strings.ToLower(sizeClass) }
