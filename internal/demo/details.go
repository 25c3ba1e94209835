package demo

import (
	"slices"
	"strings"
	"unicode"

	"grappe/internal/platform/spelling"
)

// openingHours are weeks in the syntax of OpenStreetMap.
func openingHours() []string {
	return []string{
		"Mo-Fr 08:00-12:00,13:00-17:00; PH off",
		"Mo-Fr 07:30-16:30; PH off",
		"Mo-Th 08:00-17:00; Fr 08:00-15:00; PH off",
		"Mo-Fr 07:00-11:30,13:00-16:00",
		"Mo-Sa 08:00-12:00; PH off",
		"Tu-Sa 09:00-18:00; PH off",
		"Mo-Fr 08:30-17:30; Sa 09:00-12:00; PH off",
		"Mo,We,Fr 08:00-12:00",
		"Mo-Fr 09:00-19:00; Sa 09:00-13:00",
		`Mo-Fr 08:00-17:00 "by appointment"; PH off`,
		"Tu-Fr 10:00-18:00; Sa 08:00-12:00; PH off",
	}
}

// accesses are what cards say of access, as written.
func accesses() []string {
	return []string{
		"Accès de plain-pied", "parking", "Rampe à l’entrée", "toilets",
		"Accueil en langue des signes sur rendez-vous", "Rendez-vous possible à domicile", "Arrêt de bus à moins de 100 m",
		"Documents en gros caractères sur demande", "Chiens d’assistance bienvenus", "Ascenseur",
	}
}

// tags takes three to six tags and writes them as people do: some in capitals, without accents, with a hyphen or in
// the plural.
func (w *writer) tags(from []string) []string {
	chosen := some(w.d, from, 3+w.d.IntN(4))
	for i, tag := range chosen {
		switch at := w.d.IntN(100); {
		case at < 10:
			chosen[i] = capital(tag)
		case at < 16:
			chosen[i] = strings.ToLower(tag)
		case at < 22:
			chosen[i] = spelling.Plain(tag)
		case at < 26 && len(tag) > 8:
			chosen[i] = strings.ReplaceAll(tag, " ", "-")
		case at < 32 && plain(tag):
			chosen[i] = tag + "s"
		}
	}
	return chosen
}

// plain reports whether the tag is one small word that takes an s.
func plain(tag string) bool {
	last := tag[len(tag)-1]
	return last != 's' && last != 'x' && strings.IndexFunc(tag, func(r rune) bool { return !unicode.IsLower(r) }) < 0
}

// languages are French, often English, on some islands that of the island, and now and then another of the Pacific.
func (w *writer) languages() []string {
	out := []string{"fr"}
	if w.abroad || w.d.chance(18) {
		out = append(out, "en")
	}
	local := map[string]string{"98814": "dhv", "98815": "nen", "98820": "iai"}[w.role.commune.zone.Code]
	if local != "" && w.d.chance(70) {
		out = append(out, local)
	}
	if w.d.chance(9) {
		if other := pick(w.d, []string{"dhv", "nen", "wls", "ty", "bi", "ja", "es", "vi"}); !slices.Contains(out, other) {
			out = append(out, other)
		}
	}
	return out
}
