package browser

// known is a field with the names that columns for it have, in plain words.
type known struct{ target, words string }

// identifierNames are those of columns that tell rows apart.
const identifierNames = "id|identifiant|identifier|identifiant unique|uuid|guid|code|ref|reference|numero|num|objectid|fid|id externe|id structure|id entreprise"

// names are the names of columns, in French and English, by field.
func names() []known {
	return append([]known{
		{"name", "nom|name|denomination|nom entreprise|nom de l entreprise|nom structure|nom de la structure|nom usuel|nom commercial|nom du lieu|nom de l organisme|enseigne|organisme|organisation|entreprise|societe|structure|etablissement|intitule|titre|title|libelle|company|company name|business name|organization"},
		{"legal_name", "raison sociale|denomination sociale|denomination legale|legal name|raison"},
		{"category", "categorie|category|type|typologie|type de structure|type structure|type d organisme|nature"},
		{"headline", "accroche|slogan|headline|tagline|baseline|sous titre|activite principale|activite|activites|metier|metiers|profession|en bref|resume court"},
		{"description", "description|presentation|presentation resume|presentation detail|descriptif|description activite|activite|activites|a propos|about|details|resume|objet|texte"},
		{"competences", "competences|competence|expertises|expertise|domaines de competences|domaines|savoir faire|skills|specialites|specialite"},
		{"sectors", "secteurs|secteur|secteurs servis|secteur d activite|secteurs d activite|domaine d activite|domaines d activite|filiere|filieres|sectors|sector|industry"},
		{"tags", "mots cles|mot cle|motscles|tags|tag|keywords|etiquettes|thematiques|thematiques proposees|services|prestations|equipements"},
		{"phones", "telephone|telephones|tel|phone|phones|telephone fixe|fixe|mobile|portable|gsm|tel fixe|tel mobile|tel portable|tel 1|tel 2|tel1|tel2|n tel|n de tel|num tel|tel fax|numero de telephone|n telephone|telephone 1|telephone 2|phone number|standard|vini|mobilis"},
		{"emails", "email|emails|e mail|mail|courriel|courriels|mel|adresse mail|adresse email|adresse e mail|adresse electronique|adresse courriel|email contact|mail contact|contact mail|contact email"},
		{"websites", "site|sites|site web|site internet|siteweb|website|web|url|adresse web|adresse internet|homepage|page web|www|lien|site 1|site 2|site www|web 1|web 2"},
		{"social.facebook", "facebook|fb|page facebook"},
		{"social.linkedin", "linkedin|page linkedin"},
		{"social.x", "twitter|x|compte twitter"},
		{"social.instagram", "instagram|insta"},
		{"social.youtube", "youtube|chaine youtube"},
		{"social.tiktok", "tiktok"},
		{"social", "reseaux sociaux|reseaux|social|social networks|socials"},
		{"address", "adresse|address|adresse postale|adresse physique|adresse complete|adresse 1|adresse ligne 1|adresse1|rue|voie|numero et voie|street|street address|adresse 2|complement adresse|complement d adresse|complement|bp|boite postale"},
		{"postcode", "code postal|cp|codepostal|code post|postcode|postal code|zip|zip code"},
		{"city", "ville|commune|city|localite|nom commune|nom de la commune|libelle commune|town|municipality|locality"},
		{"zone", "code commune|code insee|insee|codeinsee|code lieu|com insee|zone"},
		{"lat", "latitude|lat|y|geo lat|gps lat|y lat|coord y|geolocalisation lat|geometry lat|location lat"},
		{"lon", "longitude|lon|x|geo lon|gps lon|lng|long|x lon|coord x|geolocalisation lon|geometry lon|location lon|location lng"},
		{"point", "coordonnees|coordonnees gps|gps|geo point|geo point 2d|geolocalisation|latlon|lat lon|geopoint|position"},
		{"opening_hours", "horaires|horaire|opening hours|heures d ouverture|horaires d ouverture|hours"},
		{"identifiers.ridet", "ridet|numero ridet|n ridet|num ridet|no ridet"},
		{"identifiers.rid", "rid|numero rid|n rid"},
		{"identifiers.siret", "siret|numero siret|n siret|code siret|taxid|tax id"},
		{"identifiers.siren", "siren|numero siren|n siren|code siren"},
		{"identifiers.tahiti", "tahiti|numero tahiti|n tahiti|no tahiti"},
		{"identifiers.tahiti-iti", "tahiti iti|numero tahiti iti"},
		{"activities.naf-rev2", "naf|ape|code naf|code ape|naf rev2|activite naf"},
		{"founded_year", "annee de creation|date de creation|date creation|annee creation|creation|cree en|creationyear|creation year|founded|founded year|year founded"},
		{"staff", "effectif|effectifs|nombre de salaries|nb salaries|salaries|staff|employees|nombre d employes"},
		{"size_class", "tranche effectif|tranche d effectif|tranche d effectifs|size class"},
		{"status", "etat|etat administratif|statut|status"},
		{"natural_person", "personne physique|natural person"},
		{"languages", "langues|langue|languages|langues parlees"},
		{"accessibility", "accessibilite|accessibility|pmr"},
		{"logo", "logo|url logo|lien logo"},
		{"service_area.zones", "zone d intervention|zones d intervention|communes desservies|communes servies|secteur geographique|service area"},
		{"service_area.remote", "a distance|remote|distanciel"},
		{"service_area.everywhere", "tout le territoire"},
		{"updated", "modifie le|date de modification|date modification|mise a jour|date de mise a jour|date maj|maj|derniere modification|updated|updated at|last update|last updated|date soumission|modified"},
		{"confirmed", "verifie le|date de verification|verifiee le|verified|checked on"},
	}, dayNames()...)
}

func dayNames() []known {
	var out []known
	for i, day := range [][2]string{
		{"lundi", "monday"},
		{"mardi", "tuesday"},
		{"mercredi", "wednesday"},
		{"jeudi", "thursday"},
		{"vendredi", "friday"},
		{"samedi", "saturday"},
		{"dimanche", "sunday"},
	} {
		out = append(out, known{dayTarget(i), day[0] + "|horaires " + day[0] + "|ouverture " + day[0] + "|" + day[1] + "|hours " + day[1]})
	}
	return out
}
