package listing

import "testing"

func TestMayBePhone(t *testing.T) {
	for written, want := range map[string]bool{
		"12": false, "": false, "1044": false, "appelez-moi": false, "28.12.34": true, "+687281234": true, "05 05 05 poste 12": true,
		"281234 / 281235 / 281236 / 281237": false,
	} {
		if got := MayBePhone(written); got != want {
			t.Errorf("%q: %v", written, got)
		}
	}
}
