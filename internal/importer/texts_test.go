package importer_test

import (
	"testing"

	"grappe/internal/importer"
	"grappe/internal/platform/locale/localetest"
)

func TestTexts(t *testing.T) {
	keys := localetest.Catalogue(t, importer.Texts)
	localetest.Used(t, ".", keys)
}
