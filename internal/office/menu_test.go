package office_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"grappe/internal/account"
	"grappe/internal/office"
)

type words struct{}

func (words) T(key string, _ ...any) string { return strings.ToUpper(key) }

func entries() []office.Entry {
	count := func(n int, err error) func(context.Context, account.Actor) (int, error) {
		return func(context.Context, account.Actor) (int, error) { return n, err }
	}
	return []office.Entry{
		{Office: office.Desk, Label: "d.health", Path: "/gestion/sante", Needs: account.Reader, Rank: 90, Count: count(3, errors.New("down"))},
		{Office: office.Desk, Label: "d.audit", Path: "/gestion/journal", Needs: account.Administrator, Rank: 80},
		{Office: office.Desk, Label: "d.team", Path: "/gestion/equipe", Needs: account.Reader, Rank: 80, Icon: "users", Count: count(2, nil)},
		{Office: office.Desk, Label: "d.today", Path: "/gestion", Needs: account.Reader},
	}
}

func menu(t *testing.T, by account.Actor, current string) string {
	t.Helper()
	var lines []string
	for _, l := range office.Menu(t.Context(), entries(), by, words{}, func(p string) string { return "/nc" + p }, current) {
		mark := ""
		if l.Current {
			mark = "*"
		}
		lines = append(lines, fmt.Sprintf("%s%s %s %d", mark, l.Label, l.URL, l.Count))
	}
	return strings.Join(lines, "; ")
}

func TestMenu(t *testing.T) {
	reader := account.Actor{Person: "p", Roles: []account.Role{account.Reader}}
	asleep := account.Actor{Person: "p", Sleeping: []account.Role{account.Administrator}}
	for _, tt := range []struct {
		by            account.Actor
		current, want string
	}{
		{account.Actor{}, "/gestion", ""},
		{account.Actor{Person: "p"}, "/gestion", ""},
		{reader, "/gestion", "*D.TODAY /nc/gestion 0; D.TEAM /nc/gestion/equipe 2; D.HEALTH /nc/gestion/sante 0"},
		{reader, "/gestion/equipe/x/retrait", "D.TODAY /nc/gestion 0; *D.TEAM /nc/gestion/equipe 2; D.HEALTH /nc/gestion/sante 0"},
		{reader, "/gestionnaire", "D.TODAY /nc/gestion 0; D.TEAM /nc/gestion/equipe 2; D.HEALTH /nc/gestion/sante 0"},
		{asleep, "/gestion/nouveau", "*D.TODAY /nc/gestion 0; D.TEAM /nc/gestion/equipe 2; D.AUDIT /nc/gestion/journal 0; D.HEALTH /nc/gestion/sante 0"},
	} {
		if got := menu(t, tt.by, tt.current); got != tt.want {
			t.Errorf("%+v at %s:\n%s\nwant\n%s", tt.by, tt.current, got, tt.want)
		}
	}
}
