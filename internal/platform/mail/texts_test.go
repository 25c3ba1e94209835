package mail_test

import (
	"testing"

	"grappe/internal/platform/locale/localetest"
	"grappe/internal/platform/mail"
)

func TestTexts(t *testing.T) {
	keys := localetest.Catalogue(t, mail.Texts)
	localetest.Used(t, ".", keys)
}
