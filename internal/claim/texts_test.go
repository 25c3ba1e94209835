package claim_test

import (
	"testing"

	"grappe/internal/claim"
	"grappe/internal/platform/locale/localetest"
)

func TestTexts(t *testing.T) {
	localetest.Used(t, ".", localetest.Catalogue(t, claim.Texts))
}
