package geo

import (
	"errors"
	"testing"
)

func TestParse(t *testing.T) {
	for text, want := range map[string]error{
		"164,-23,168,-20": nil, " 164 , -23 ,168,-20": nil, "170,-20,-170,-10": nil, "-180,-90,180,90": nil, "1e2,-2.3e1,168,-20": nil,
		"": ErrForm, "1,2,3": ErrForm, "1,2,3,4,5": ErrForm, "1,2,3,x": ErrForm, "NaN,2,3,4": ErrForm, "0x1p4,2,30,4": ErrForm, "1,2,3,1e999": ErrForm,
		"164,-91,168,-20": ErrOutside, "164,-23,180.1,-20": ErrOutside, "164,-20,168,-23": ErrFlat, "170,-20,160,-20": ErrFlat, "170,-20,170,-10": ErrFlat,
	} {
		if b, err := ParseBox(text); !errors.Is(err, want) || err == nil && !b.Valid() {
			t.Errorf("%q: %v %v, want %v", text, b, err, want)
		}
	}
	for text, want := range map[string]error{
		"-22.27,166.44": nil, "-22.27, 166.44": nil, "166.44,-22.27": ErrOutside, "1": ErrForm, "1,2,3": ErrForm, "1,Inf": ErrForm, "1_0,2": ErrForm,
	} {
		if p, err := ParsePoint(text); !errors.Is(err, want) {
			t.Errorf("%q: %v %v, want %v", text, p, err, want)
		}
	}
}
