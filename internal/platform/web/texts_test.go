package web_test

import (
	"testing"

	"grappe/internal/platform/locale/localetest"
	"grappe/internal/platform/web"
)

func TestTexts(t *testing.T) {
	keys := localetest.Catalogue(t, web.Texts)
	localetest.Used(t, ".", keys)
}
