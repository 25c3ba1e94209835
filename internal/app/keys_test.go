package app

import (
	"bytes"
	"strings"
	"sync"
	"testing"
	"time"

	"grappe/internal/account"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/schema"
)

// Whoever makes the first key, all nodes of an instance sign with the same one; a restore puts another before it.
func TestKeysOfCursors(t *testing.T) {
	dbtest.EachURL(t, func(t *testing.T, fresh func() string) {
		o := db.Options{URL: fresh(), Migrations: schema.FS}
		d := dbtest.Open(t, o)
		var all [8][][]byte
		var wg sync.WaitGroup
		for i := range all {
			wg.Go(func() {
				keys, err := (&keyring{db: d}).Keys(t.Context())
				if err != nil {
					t.Error(err)
				}
				all[i] = keys
			})
		}
		wg.Wait()
		for _, keys := range all {
			if len(keys) != 1 || len(keys[0]) != keySize || !bytes.Equal(keys[0], all[0][0]) {
				t.Fatalf("the nodes sign with %x and %x", keys, all[0])
			}
		}
		before := all[0][0]
		for n := 2; n < formerKeys+4; n++ {
			if err := renew(t.Context(), o, time.Now()); err != nil {
				t.Fatal(err)
			}
			keys, err := (&keyring{db: d}).Keys(t.Context())
			if err != nil || len(keys) != min(n, formerKeys+1) || bytes.Equal(keys[0], before) || !bytes.Equal(keys[1], before) {
				t.Fatalf("after %d restores: %d keys, %v", n-1, len(keys), err)
			}
			before = keys[0]
		}
	})
}

// A session that was ended after the backup must not live again with it, nor that of whoever read the file.
func TestARestoredBaseLetsNobodyIn(t *testing.T) {
	f, c := real(t, Options{})
	v := f.visitor(t)
	v.enter(louise, account.ByPasskey)
	token := v.session()
	var copied bytes.Buffer
	if err := f.app.DB.Backup(t.Context(), &copied); err != nil {
		t.Fatal(err)
	}
	o := Options{Data: t.TempDir(), Now: c.now}
	if err := Restore(t.Context(), o, &copied); err != nil {
		t.Fatal(err)
	}
	again, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if by, err := again.Accounts.Actor(t.Context(), token, demoTerritory); err != nil || by.SignedIn() {
		t.Errorf("%+v, %v", by, err)
	}
	var known int
	if err := again.DB.Read().QueryRowContext(t.Context(), `SELECT count(*) FROM persons`).Scan(&known); err != nil || known != 1 {
		t.Errorf("%d persons, %v", known, err)
	}
}

func TestKeysThatCannotBeRead(t *testing.T) {
	for _, text := range []string{"x", "ab", strings.Repeat("ab", keySize) + ",", "," + strings.Repeat("ab", keySize), strings.Repeat("ab", keySize+1)} {
		if keys, err := decodeKeys(text); err == nil {
			t.Errorf("%q gives %x", text, keys)
		}
	}
	if keys, err := decodeKeys(strings.Repeat("ab", keySize) + "," + strings.Repeat("cd", keySize)); err != nil || len(keys) != 2 {
		t.Errorf("%x, %v", keys, err)
	}
}
