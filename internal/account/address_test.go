package account_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"grappe/internal/account"
	"grappe/internal/platform/errs"
)

func TestParseMail(t *testing.T) {
	long := strings.Repeat("d", 60)
	for typed, want := range map[string]string{
		" Marie.Dupont+x@Example.NC\r\n":  "marie.dupont+x@example.nc",
		"a@example.nc.":                   "a@example.nc",
		"a@société.nc":                    "a@xn--socit-esab.nc",
		"a@SOCIÉTÉ.NC":                    "a@xn--socit-esab.nc",
		"a@xn--socit-esab.nc":             "a@xn--socit-esab.nc",
		"a@ｅｘａｍｐｌｅ．ｎｃ":                    "a@example.nc", // full width
		"a@пример.рф":                     "a@xn--e1afmkfd.xn--p1ai",
		"a@例え.jp":                         "a@xn--r8jz45g.jp",
		"o'brien@example.nc":              "o'brien@example.nc",
		"!account.mail_mixed":             "a@pаypal.com",                   // Cyrillic а
		"!account.mail_mixed ":            "a@xn--pypal-4ve.com",            // the same as punycode
		"!account.mail_mixed  ":           "a@mail.pаypal.com",              //
		"!account.mail_mixed   ":          "a@αlpha.example",                // Greek α
		"!account.mail_local":             "é@example.nc",                   //
		"!account.mail_local ":            "\u212a@example.nc",              // the sign of kelvin, which becomes k in lower case
		"!account.mail_local  ":           "a\u202eb@example.nc",            //
		"!account.mail_domain":            "a@localhost",                    //
		"!account.mail_domain ":           "a@127.0.0.1",                    //
		"!account.mail_domain  ":          "a@[127.0.0.1]",                  //
		"!account.mail_domain   ":         "a@-x.nc",                        //
		"!account.mail_domain    ":        "a@x..nc",                        //
		"!account.mail_domain     ":       "a@xn--zzzzzzzzzzz.nc",           //
		"!account.mail_domain      ":      "a@exa\u200bmple\x00.nc",         //
		"!account.mail_domain       ":     "a@example.nc\r\nBcc: b@example", //
		"!account.mail_domain        ":    "a@" + long + "dddd.nc",          // 64 in a label
		"!account.mail_domain         ":   "a@exam ple.nc",                  //
		"!account.mail_none":              "",                               //
		"!account.mail_none ":             "a",                              //
		"!account.mail_none  ":            "@example.nc",                    //
		"!account.mail_none   ":           "a@",                             //
		"!account.mail_none    ":          `"a b"@example.nc`,               //
		"!account.mail_none     ":         `"a"@example.nc`,                 //
		"!account.mail_none      ":        "a..b@example.nc",                //
		"!account.mail_none       ":       "Marie <a@example.nc",            //
		"!account.mail_none        ":      "a(b)@example.nc",                //
		"!account.mail_none         ":     "a\x00@example.nc",               //
		"!account.mail_none          ":    "a\r\nb@example.nc",              //
		"!account.mail_none           ":   "a@b@example.nc",                 //
		"!account.mail_none            ":  strings.Repeat("l", 65) + "@example.nc",
		"!account.mail_none             ": "a@" + strings.Join([]string{long, long, long, long, "ddddddddd"}, ".") + ".nc", // 258
	} {
		if key, bad := strings.CutPrefix(typed, "!"); bad {
			_, err := account.ParseMail(want)
			e := errs.As(err)
			if e == nil || e.Kind != errs.Invalid || e.Fields[0].Name != account.MailField || e.Fields[0].Key != strings.TrimSpace(key) {
				t.Errorf("%q: %v, want %s", want, err, key)
			}
			continue
		}
		if got, err := account.ParseMail(typed); got != want {
			t.Errorf("%q: %q, %v, want %q", typed, got, err, want)
		}
	}
}

// What is kept is its own normal form, is ASCII without spaces and controls, and has one @ that counts.
func TestParseMailIsIdempotent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		local := rapid.StringMatching(`[a-zA-Z0-9.+_'"\\ é\x{212a}-]{0,70}`).Draw(t, "local")
		domain := rapid.OneOf(
			rapid.StringMatching(`[a-zA-Zéàпαß例.-]{0,30}\.[a-zA-Z]{0,5}\.?`), rapid.StringMatching(`(xn--)?[a-z0-9-]{0,20}\.nc`), rapid.String(),
		).Draw(t, "domain")
		once, err := account.ParseMail(local + "@" + domain)
		if err != nil {
			return
		}
		twice, err := account.ParseMail(once)
		if err != nil || twice != once {
			t.Fatalf("%q becomes %q, then %q, %v", local+"@"+domain, once, twice, err)
		}
		if strings.ContainsFunc(once, func(r rune) bool { return r <= ' ' || r > '~' }) || len(once) > 254 || strings.ToLower(once) != once {
			t.Fatalf("%q is kept", once)
		}
	})
}

func FuzzParseMail(f *testing.F) {
	for _, seed := range []string{"a@example.nc", "a@pаypal.com", "\"a b\"@x.nc", "a@xn--e1afmkfd.xn--p1ai", "a\r\nb@x.nc"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		once, err := account.ParseMail(typed)
		if err != nil {
			return
		}
		if twice, err := account.ParseMail(once); err != nil || twice != once {
			t.Errorf("%q becomes %q, then %q, %v", typed, once, twice, err)
		}
	})
}

func TestParseName(t *testing.T) {
	for typed, want := range map[string]string{
		"":                        "",
		"  Éloïse \t N’Guyen-Wé ": "Éloïse N’Guyen-Wé",
		"ʻOlivia O'Brien":         "ʻOlivia O'Brien",
		"山田 太郎":                   "山田 太郎",
		"Jean\u00a0Dupont":        "Jean Dupont",
		strings.Repeat("é", 100):  strings.Repeat("é", 100),
	} {
		if got, err := account.ParseName(typed); got != want || err != nil {
			t.Errorf("%q: %q, %v, want %q", typed, got, err, want)
		}
	}
	for _, bad := range []string{
		strings.Repeat("a", 101), "a\nb", "a\rb", "a\x00b", "a\u202eb", "a\u2066b", "a\u200bb", "a\xffb", "Gagnez https://x.example", "WWW.x.example", "<b>Marie</b>",
		"marie@example.nc",
	} {
		if got, err := account.ParseName(bad); !errs.Is(err, errs.Invalid) {
			t.Errorf("%q becomes %q", bad, got)
		}
	}
	if got, _ := account.ParseName("x"); got != "x" {
		t.Error(got)
	}
}

func TestHiddenMail(t *testing.T) {
	for address, want := range map[string]string{"chloe@example.org": "c•••@example.org", "": "•••", "x": "•••", "@x": "•••"} {
		if got := account.HiddenMail(address); got != want {
			t.Errorf("%q shows as %q", address, got)
		}
	}
	if account.Domain("a@example.org") != "example.org" {
		t.Error("the domain of an address is what stands after the @")
	}
}

func TestAgentName(t *testing.T) {
	for header, want := range map[string]string{
		"Mozilla/5.0 (Android 14; Mobile; rv:128.0) Gecko/128.0 Firefox/128.0":                                                                    "Firefox, Android",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1": "Safari, iPhone",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0":           "Edge, Windows",
		"curl/8": "", "": "",
	} {
		if got := account.AgentName(header); got != want {
			t.Errorf("%q is %q, want %q", header, got, want)
		}
	}
}
