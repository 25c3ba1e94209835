package api_test

import (
	"testing"

	"grappe/internal/platform/api"
	"grappe/internal/platform/api/apitest"
	"grappe/internal/platform/locale/localetest"
	"grappe/internal/platform/web"
)

const base = "http://example.com"

func TestDocument(t *testing.T) {
	for _, lang := range []string{"fr", "en"} {
		a, h := serve(t, lang)
		document := read(t, h, api.DocumentPath)
		apitest.Document(t, document)
		apitest.Replay(t, a, document, h, base)
	}
}

func TestHostile(t *testing.T) {
	a, h := serve(t, "fr")
	apitest.Hostile(t, a, h, base)
}

func TestTexts(t *testing.T) {
	a, texts := shop(t)
	apitest.Texts(t, a, texts)
	keys := localetest.Catalogue(t, api.Texts)
	localetest.Used(t, ".", keys)
	localetest.Load(t, api.Texts, web.Texts)
}
