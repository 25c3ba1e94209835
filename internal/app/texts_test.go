package app

import (
	"os"
	"testing"

	"grappe/internal/atlas"
	"grappe/internal/directory"
	"grappe/internal/platform/locale/localetest"
	"grappe/internal/platform/ui/uitest"
	"grappe/internal/site"
)

// Every text of these rooms is there in both languages and used, and every one that they use is there.
func TestTexts(t *testing.T) {
	for root, keys := range map[string][]string{
		".":                localetest.Catalogue(t, texts),
		"../directory":     localetest.Catalogue(t, directory.Texts),
		"../site":          localetest.Catalogue(t, site.Texts),
		"../atlas":         localetest.Catalogue(t, atlas.Texts),
		"../../cmd/grappe": localetest.Load(t, os.DirFS("../../cmd/grappe")).Keys(), // set like a terminal, not like a page
	} {
		t.Run(root, func(t *testing.T) { localetest.Used(t, root, keys) })
	}
	if _, err := Catalogues(os.DirFS("../../cmd/grappe")); err != nil {
		t.Error(err)
	}
}

// Every page answers in both languages with all texts, and keeps the rules of the house.
func TestEveryPageInEveryLanguage(t *testing.T) {
	f := newFront(t, filled(t))
	paths := []string{
		"", "/annuaire", "/annuaire?q=site+vitrine", "/annuaire?q=fotographe+zzzzq", "/annuaire?q=zzzzq", "/annuaire?page=19", "/annuaire?page=21",
		"/annuaire?zone=lifou&competence=drones&categorie=school&secteur=tourisme&tag=wordpress", "/annuaire?zone=lifou", "/annuaire?competence=cybersecurite",
		"/annuaire?pres=-22.27,166.44&rayon=10&tri=distance", "/annuaire?bbox=166,-23,167,-22&tri=recents", "/annuaire?zone=atlantide&tag=zzz", "/annuaire?q=drone&zone=belep",
		"/competences", "/communes", "/repartition", "/repartition?competence=drones&tri=nom", "/repartition?par=province&tri=densite", "/repartition?par=x", "/mentions-legales", "/donnees-personnelles", "/accessibilite", "/composants", "/nulle-part", "/annuaire/nulle-part",
		"/annuaire?page=x", "/annuaire?tri=x", "/annuaire?bbox=x", "/annuaire?pres=x", "/annuaire?pres=1,1&rayon=x",
	}
	for i, slug := range slugs((&bench{f.app, demoTerritory}).find(t, expectation{}, directory.MaxLimit)) {
		if i%29 == 0 {
			paths = append(paths, "/annuaire/"+slug)
		}
	}
	for lang, prefix := range map[string]string{"fr": "/nc", "en": "/nc/en"} {
		for _, path := range paths {
			got := f.get(t, prefix+path)
			if got.status >= 500 {
				t.Errorf("%s%s: %d", prefix, path, got.status)
			}
			for _, fault := range uitest.Faults(t, got.body) {
				t.Errorf("%s%s: %s", prefix, path, fault)
			}
			if page := uitest.One(t, got.body, "html"); uitest.Attr(page, "lang") != lang || got.header.Get("Content-Language") != lang {
				t.Errorf("%s%s: is in %q, says %q", prefix, path, uitest.Attr(page, "lang"), got.header.Get("Content-Language"))
			}
			if got.status == 200 && len(uitest.Find(t, got.body, "section.banner")) != 1 {
				t.Errorf("%s%s: does not say that all is fictional", prefix, path)
			}
			uncompressed(t, prefix+path, got.body)
		}
	}
}

// uncompressed keeps the HTML of a page small: with styles and scripts it must pass a slow link within 60 KB, compressed.
func uncompressed(t *testing.T, path, body string) {
	t.Helper()
	if path != "/nc/composants" && path != "/nc/en/composants" && len(body) > 150_000 {
		t.Errorf("%s: %d bytes of HTML", path, len(body))
	}
}
