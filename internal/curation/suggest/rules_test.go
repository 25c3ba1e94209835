package suggest

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/locale/localetest"
	"grappe/internal/territory"
	"grappe/presets"
)

func TestTexts(t *testing.T) { localetest.Used(t, ".", localetest.Catalogue(t, Texts)) }

func nc(t *testing.T) place {
	t.Helper()
	at, err := territory.Load(presets.FS, "nc")
	if err != nil {
		t.Fatal(err)
	}
	return place{at, "fr"}
}

// A link says which change it is of and what its holder may do, to nobody but who has the key.
func TestTokens(t *testing.T) {
	key, other := []byte("one key"), []byte("another")
	rapid.Check(t, func(t *rapid.T) {
		id, may := db.NewID(), rapid.SampledFrom([]right{mayLook, mayAct}).Draw(t, "may")
		text := token(key, may, id)
		if got, change, ok := read(key, text); !ok || got != may || change != id {
			t.Fatalf("%q says %c of %q: %v", text, got, change, ok)
		}
		if _, _, ok := read(other, text); ok {
			t.Fatal("another key reads it")
		}
		at := rapid.IntRange(0, len(text)-1).Draw(t, "at")
		sign := rapid.SampledFrom([]byte("ABCxyz019-_")).Draw(t, "sign")
		if changed := text[:at] + string(sign) + text[at+1:]; changed != text {
			if _, _, ok := read(key, changed); ok {
				t.Fatalf("%q was read", changed)
			}
		}
	})
	if token(key, mayAct, "no identifier") != "" {
		t.Error("a token of nothing")
	}
}

func TestAgeOfForms(t *testing.T) {
	key, now := []byte("key"), time.Date(2026, 2, 2, 22, 30, 0, 0, time.UTC)
	form := since(key, now)
	if old, ok := age(key, form, now.Add(time.Minute)); !ok || old != time.Minute {
		t.Errorf("%s %v", old, ok)
	}
	for _, text := range []string{"", ".", "x", form + "x", "1" + form, strings.TrimRight(form, form[len(form)-1:])} {
		if _, ok := age(key, text, now); ok {
			t.Errorf("%q was believed", text)
		}
	}
	if _, ok := age(key, form, now.Add(longest+time.Millisecond)); ok {
		t.Error("a form of yesterday was believed")
	}
}

// A form is read as far as it goes, wherever it was cut off.
func TestFormsThatWereCutOff(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		form := url.Values{"message": {rapid.String().Draw(t, "message")}, "mail": {rapid.String().Draw(t, "mail")}, "vue": {"a", "b"}}
		text := form.Encode()
		got := parse(text[:rapid.IntRange(0, len(text)).Draw(t, "cut")])
		for name, values := range got {
			for i, v := range values {
				if want := form[name]; name != "" && len(want) > i && !strings.HasPrefix(want[i], strings.TrimSuffix(v, "\uFFFD")) {
					t.Fatalf("%s is %q, not the beginning of %q", name, v, want[i])
				}
			}
		}
		if whole := parse(text); !slices.Equal(whole["vue"], form["vue"]) {
			t.Fatalf("%v", whole)
		}
	})
}

// What is shown and comes back unchanged changes nothing, whatever a card says.
func TestWhatIsNotTouchedStays(t *testing.T) {
	at := nc(t)
	zones := at.Tree().All()
	sends := strings.NewReplacer("\r\n", "\r\n", "\r", "\r\n", "\n", "\r\n") // the ends of lines as browsers do
	rapid.Check(t, func(t *rapid.T) {
		texts := rapid.SliceOfN(rapid.StringMatching(`[A-Za-zé+0-9 .@/:-]{0,20}`), 0, 4)
		c := listing.Content{
			Name: rapid.String().Draw(t, "name"), Address: rapid.String().Draw(t, "address"), Phones: texts.Draw(t, "phones"), Emails: texts.Draw(t, "emails"),
			Websites: texts.Draw(t, "websites"), Zone: zones[rapid.IntRange(0, len(zones)-1).Draw(t, "zone")].Code, Description: rapid.String().Draw(t, "description"),
		}
		for _, d := range doors() {
			typed, marks := map[string]string{}, map[string]string{}
			for _, field := range d.topic.fields() {
				shown := at.written(field, &c)
				typed[field], marks[field] = sends.Replace(shown), mark(shown)
			}
			if e, err := at.edit(c, d.topic.fields(), typed, marks); err != nil || len(e.Fields) > 0 {
				t.Fatalf("%s: %v changed, %v", d.topic, e.Fields, err)
			}
		}
	})
}

func TestEdit(t *testing.T) {
	at := nc(t)
	now := listing.Content{Name: "Lagon", Category: listing.Company, Phones: []string{"+687281234", "12"}, Zone: "98818", Emails: []string{"not an address"}}
	e, err := at.edit(now, []string{"phones", "emails", "zone"}, map[string]string{"phones": "28.12.34\n 28 99 99 \n\n28 99 99", "emails": "not an address", "zone": "lifou"}, nil)
	if err != nil || !slices.Equal(e.Fields, []string{"phones", "zone"}) || !slices.Equal(e.Content.Phones, []string{"+687281234", "+687289999"}) || e.Content.Zone != "98814" {
		t.Errorf("%+v, %v", e, err)
	}
	if e, err = at.edit(now, []string{"phones", "zone"}, map[string]string{"phones": "", "zone": ""}, nil); err != nil || len(e.Content.Phones) > 0 || e.Content.Zone != "" || len(e.Fields) != 2 {
		t.Errorf("emptied: %+v, %v", e, err)
	}
	_, err = at.edit(now, []string{"emails", "zone"}, map[string]string{"emails": "still none", "zone": "Atlantide"}, nil)
	if e := errs.As(err); e == nil || len(e.Fields) != 2 {
		t.Errorf("%v", err)
	}
	// What was faulty before is nobody's to mend who has not touched it.
	if _, err = at.edit(now, []string{"emails", "zone"}, map[string]string{"emails": "not an address", "zone": "Lifou"}, nil); err != nil {
		t.Error(err)
	}
}

func TestTopics(t *testing.T) {
	seen := map[string]bool{}
	for _, d := range doors() {
		slug := d.topic.slug()
		if slug == "" || seen[slug] || topicOf(slug) != d.topic || d.Icon == "" {
			t.Errorf("%q has the address %q", d.topic, slug)
		}
		seen[slug] = true
		if len(d.topic.fields()) == 0 && d.topic.about() == "" {
			t.Errorf("%q says nothing", d.topic)
		}
	}
	if topicOf("") != "" || topicOf("x") != "" {
		t.Error("a topic of nothing")
	}
}
