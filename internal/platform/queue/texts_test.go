package queue_test

import (
	"testing"

	"grappe/internal/platform/locale/localetest"
	"grappe/internal/platform/queue"
)

func TestTexts(t *testing.T) {
	localetest.Used(t, ".", localetest.Catalogue(t, queue.Texts))
}
