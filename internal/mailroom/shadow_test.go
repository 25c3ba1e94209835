package mailroom

import (
	"reflect"
	"testing"

	"grappe/internal/platform/ui"
)

// A field of a page that has the name of one of the frame's would stand in its place around the page.
func TestPagesHideNothingOfTheFrame(t *testing.T) {
	frame := reflect.TypeFor[ui.Frame]()
	for _, page := range []any{stopPage{}, lettersPage{}, letterPage{}, samplesPage{}} {
		for f := range reflect.TypeOf(page).Fields() {
			if _, hides := frame.FieldByName(f.Name); hides && !f.Anonymous {
				t.Errorf("%T.%s hides that of the frame", page, f.Name)
			}
		}
	}
}
