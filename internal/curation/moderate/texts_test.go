package moderate_test

import (
	"testing"

	"grappe/internal/curation/moderate"
	"grappe/internal/platform/locale/localetest"
)

func TestTexts(t *testing.T) {
	localetest.Used(t, ".", localetest.Catalogue(t, moderate.Texts))
}
