package account_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"grappe/internal/account"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/locale/localetest"
)

func TestExport(t *testing.T) {
	each(t, func(b *bench) {
		by, _ := b.full()
		b.holders = []account.Holder{failing{}}
		e, err := b.s.Export(t.Context(), by)
		b.must(err)
		rows := map[string]int{}
		for _, s := range e.Sections {
			rows[s.Name[strings.LastIndexByte(s.Name, '.')+1:]] = len(s.Rows)
		}
		for name, least := range map[string]int{
			"profile": 1, "sessions": 3, "devices": 1, "identities": 1, "team": 1, "companies": 2, "received": 2, "sent": 1, "consents": 1, "audit": 5,
			"mails": 3, "things": 1,
		} {
			if rows[name] < least {
				t.Errorf("%d rows of %s, want at least %d", rows[name], name, least)
			}
		}
		first, err := e.JSON()
		b.must(err)
		if !json.Valid(first) || !bytes.Contains(first, []byte(theirName)) || bytes.Contains(first, []byte("guest@example.nc")) {
			t.Errorf("not what is held about them, or what is held about others:\n%s", first)
		}
		e.Sections = slices.DeleteFunc(e.Sections, func(s account.DataSection) bool { return strings.HasSuffix(s.Name, ".audit") })
		again, err := b.s.Export(t.Context(), by)
		b.must(err)
		again.Sections = slices.DeleteFunc(again.Sections, func(s account.DataSection) bool { return strings.HasSuffix(s.Name, ".audit") })
		one, _ := e.JSON()
		two, _ := again.JSON()
		if !bytes.Equal(one, two) {
			t.Error("the same data is written in two ways") // the audit trail has the first export, no more
		}
		b.wait(account.FreshFor * 2)
		_, err = b.s.Export(t.Context(), by)
		b.want(err, errs.Forbidden, account.KeyConfirm)
		_, err = b.s.Export(t.Context(), account.Actor{})
		b.want(err, errs.Unauthenticated, account.KeySignIn)
	})
}

// Every section, field and value of an export, and all that is kept, can be said in both languages.
func TestExportCanBeRead(t *testing.T) {
	each(t, func(b *bench) {
		by, _ := b.full()
		e, err := b.s.Export(t.Context(), by)
		b.must(err)
		for _, lang := range locale.Languages() {
			p := localetest.Printer(t, lang, account.Texts)
			for _, key := range account.Kept() {
				p.T(key)
			}
			for _, s := range e.Sections {
				p.T(s.Name)
				p.T(s.Purpose)
				for _, row := range s.Rows {
					for _, f := range row {
						p.T(f.Name)
						if f.Words != "" {
							p.T(f.Words)
						}
					}
				}
			}
		}
	})
}

// A column that names a person is in the export and goes with an erasure, or stands here with the reason why not.
func TestNoColumnOfAPersonIsForgotten(t *testing.T) {
	const own = "exported and erased by this room"
	known := map[string]string{
		"persons.mail":             own,
		"companies.natural_person": "says that a company is one person, not who",
		"sessions.person_id":       own,
		"devices.person_id":        own,
		"identities.person_id":     own,
		"team.person_id":           own,
		"team.granted_by":          "the identifier of a tombstone, once its person is erased",
		"company_people.person_id": own,
		"invitations.person_id":    "exported; the identifier of a tombstone",
		"invitations.invited_by":   "exported; the identifier of a tombstone",
		"invitations.mail":         own,
		"consents.person_id":       "exported; kept as the proof, the identifier of a tombstone",
		"audit_entries.actor":      "exported; kept, its name taken out by audit.Anonymise",
		"audit_entries.actor_name": "taken out by audit.Anonymise",
		"mails.person":             "exported and erased by the outbox",
		"mails.to_mail":            "exported and erased by the outbox",
		"mails.to_name":            "erased by the outbox",
		"mail_addresses.address":   "erased by the outbox",
		"mail_addresses.mail":      "the identifier of a mail",

		"signin_attempts.person_id":    "exported and erased by signin",
		"signin_attempts.mail":         "exported and erased by signin",
		"parked_forms.person_id":       "exported and erased by signin",
		"claims.person_id":             "exported and erased by claim",
		"claims.decided_by":            "the trail exports what somebody decided; emptied by claim",
		"curation_changes.person_id":   "exported and erased by curation",
		"curation_changes.mail":        "exported and erased by curation",
		"curation_changes.decided_by":  "the trail exports what somebody decided; emptied by curation",
		"curation_seen.person_id":      "exported and erased by curation",
		"import_runs.person":           "exported and erased by importer/browser",
		"import_undos.person":          "exported and erased by importer/browser",
		"import_undo_plans.person":     "exported and erased by importer/browser",
		"import_uploads.person":        "exported and erased by importer/browser",
		"import_mappings.person":       "exported and erased by importer/browser",
		"curation_drafts.person_id":    "exported and erased by curation/edit",
		"listing_revisions.person":     "exported and erased by app",
		"passkeys.person_id":           "exported by app, erased by signin/passkey",
		"passkey_ceremonies.person_id": "a challenge of some minutes; erased by signin/passkey",
	}
	each(t, func(b *bench) {
		found := map[string]bool{}
		for _, c := range b.columns() {
			place := c.table + "." + c.name
			names := slices.Contains([]string{"person", "person_id", "mail", "to_mail", "to_name", "invited_by", "granted_by", "actor", "actor_name"}, c.name) ||
				strings.HasSuffix(c.name, "_mail") || strings.HasSuffix(c.name, "_person") || strings.HasSuffix(c.name, "_by")
			if names && known[place] == "" {
				t.Errorf("%s names a person: export and erase it (account.Holder), then write here who does", place)
			}
			found[place] = true
		}
		for place := range known {
			if !found[place] {
				t.Errorf("%s is no column any more", place)
			}
		}
	})
}
