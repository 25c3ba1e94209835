package main

import (
	"context"
	"fmt"
	"text/tabwriter"
	"time"

	"grappe/internal/account"
	"grappe/internal/freshness"
)

// freshnessCmd is how well a directory is kept true. The rest of it is done by itself, and by the pages of the team.
type freshnessCmd struct {
	Status freshnessStatusCmd `cmd:"" help:"help_freshness_status"`
}

type freshnessStatusCmd struct {
	inTerritory
	JSON bool `name:"json" help:"help_json"`
}

// freshnessLines is what --json prints.
type freshnessLines struct {
	Territory   string     `json:"territory"`
	Active      bool       `json:"active"`
	Began       *time.Time `json:"began,omitempty"`
	Reminders   []int      `json:"reminders"` // months, as those that follow
	Unconfirmed int        `json:"unconfirmed"`
	Lapse       int        `json:"lapse"`
	Cards       cardCounts `json:"cards"`
	LastDay     string     `json:"last_day,omitempty"` // whose work is done
	Letters     int        `json:"letters"`            // of that day
}

type cardCounts struct {
	Public      int `json:"public"`
	Fresh       int `json:"fresh"`
	Ageing      int `json:"ageing"`
	Unconfirmed int `json:"unconfirmed"`
	Orphaned    int `json:"orphaned"`
	Incomplete  int `json:"incomplete"`
	Flagged     int `json:"flagged"`
	Lapsed      int `json:"lapsed"`
}

func (c *freshnessStatusCmd) Run(ctx context.Context, out *output, cmds *commands) error {
	a, t, err := cmds.open(ctx, c.Territory)
	if err != nil {
		return err
	}
	defer a.Close()
	h, err := a.Freshness.Health(ctx, account.Operator(t.Code), t)
	if err != nil {
		return err
	}
	lines := freshnessLinesOf(h)
	if c.JSON {
		return out.json(lines)
	}
	return lines.write(out, t.Location())
}

func freshnessLinesOf(h freshness.Health) freshnessLines {
	n := h.All
	lines := freshnessLines{
		Territory: h.Policy.Territory, Active: h.Policy.Runs(), Began: some(h.Policy.BeganAt), Reminders: h.Policy.Reminders,
		Unconfirmed: h.Policy.Unconfirmed, Lapse: h.Policy.Lapse,
		Cards: cardCounts{n.Cards, n.Fresh, n.Ageing, n.Unconfirmed, n.Orphaned, n.Incomplete, n.Flagged, h.Lapsed},
	}
	for _, d := range h.Days {
		if d.Day == h.Worked {
			lines.LastDay, lines.Letters = d.Day, d.Letters
		}
	}
	return lines
}

// write shows the numbers as a table, and whether anybody is asked, since when at the hour of the territory.
func (l freshnessLines) write(out *output, zone *time.Location) error {
	w := tabwriter.NewWriter(out.stdout, 0, 4, 2, ' ', 0)
	for _, line := range []struct {
		key string
		n   int
	}{
		{"cli.freshness_public", l.Cards.Public},
		{"cli.freshness_fresh", l.Cards.Fresh},
		{"cli.freshness_ageing", l.Cards.Ageing},
		{"cli.freshness_unconfirmed", l.Cards.Unconfirmed},
		{"cli.freshness_orphaned", l.Cards.Orphaned},
		{"cli.freshness_incomplete", l.Cards.Incomplete},
		{"cli.freshness_flagged", l.Cards.Flagged},
		{"cli.freshness_lapsed", l.Cards.Lapsed},
	} {
		fmt.Fprintf(w, "%s\t%d\n", out.T(line.key), line.n)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if l.LastDay != "" {
		out.say("cli.freshness_day", "day", l.LastDay, "n", l.Letters)
	}
	if l.Active {
		out.say("cli.freshness_on", "since", out.Moment(*l.Began, zone))
	} else {
		out.say("cli.freshness_off")
	}
	return nil
}
