package browser

import (
	"strings"

	"grappe/internal/company"
	"grappe/internal/listing"
	"grappe/internal/platform/spelling"
)

// categoryOf is the category that a text looks like, "" for none.
func categoryOf(text string) string {
	plain := " " + spelling.Plain(text) + " "
	for _, known := range []struct {
		category listing.Category
		words    string
	}{
		{listing.ThirdPlace, "tiers lieu|tiers lieux|coworking|espace de coworking|fablab|fab lab|third place|espace public numerique|mediatheque|bibliotheque|maison de quartier"},
		{listing.Incubator, "incubateur|pepiniere|accelerateur|incubator|accelerator"},
		{listing.School, "ecole|universite|formation|organisme de formation|lycee|school|university|enseignement|cfa"},
		{listing.Investor, "investisseur|fonds|capital|investor|business angel|banque"},
		{listing.PublicBody, "acteur public|collectivite|mairie|municipalite|administration|organisme public|public body|gouvernement|province|chambre consulaire|etablissement public|ccas"},
		{listing.Community, "association|communaute|cluster|federation|syndicat|reseau|community|club"},
		{listing.Company, "entreprise|societe|company|sarl|sas|sasu|eurl|startup|start up|independant|auto entrepreneur|patente|commerce|prestataire"},
	} {
		if listing.Category(strings.TrimSpace(text)) == known.category {
			return string(known.category)
		}
		for word := range strings.SplitSeq(known.words, "|") {
			if strings.Contains(plain, " "+word+" ") {
				return string(known.category)
			}
		}
	}
	return ""
}

// statusOf is the status that a text looks like, "" for none.
func statusOf(text string) string {
	switch spelling.Plain(text) {
	case "a", "actif", "active", "en activite", "ouvert", "oui", "open":
		return string(company.Active)
	case "c", "cesse", "cessee", "cessation", "ceased", "ferme", "fermee", "radie", "radiee", "non", "closed", "f":
		return string(company.Ceased)
	}
	return ""
}
