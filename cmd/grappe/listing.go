package main

import (
	"context"
	"fmt"
	"text/tabwriter"
	"time"

	"grappe/internal/company"
	"grappe/internal/listing"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/locale"
)

// listingCmd is for what cannot wait for a page: a card that must leave the site now.
type listingCmd struct {
	List    listingListCmd    `cmd:"" help:"help_listing_list"`
	Hide    listingHideCmd    `cmd:"" help:"help_listing_hide"`
	Publish listingPublishCmd `cmd:"" help:"help_listing_publish"`
}

// listingFlags name one card.
type listingFlags struct {
	Territory string `required:"" short:"t" env:"GRAPPE_TERRITORY" placeholder:"CODE" help:"help_in_territory"`
	Slug      string `arg:"" help:"help_slug"`
}

type listingHideCmd struct{ listingFlags }

func (c *listingHideCmd) Run(ctx context.Context, out *output, cmds *commands) error {
	return c.change(ctx, out, cmds, (*listing.Service).Hide, "cli.listing_hidden")
}

type listingPublishCmd struct{ listingFlags }

func (c *listingPublishCmd) Run(ctx context.Context, out *output, cmds *commands) error {
	return c.change(ctx, out, cmds, (*listing.Service).Publish, "cli.listing_published")
}

type listingChange func(s *listing.Service, ctx context.Context, by listing.Author, id string, version int64) (listing.Listing, error)

func (c *listingFlags) change(ctx context.Context, out *output, cmds *commands, change listingChange, done string) error {
	a, t, err := cmds.open(ctx, c.Territory)
	if err != nil {
		return err
	}
	defer a.Close()
	held, err := a.Listings.BySlug(ctx, a.DB.Read(), t.Code, c.Slug)
	if errs.Is(err, errs.NotFound) {
		return errs.Wrap(err, errs.NotFound, "cli.listing_unknown", errs.Args{"slug": c.Slug, "code": t.Code})
	}
	if err != nil {
		return err
	}
	by := listing.Author{Source: company.Source{Kind: company.FromStaff}}
	changed, err := change(listing.NewService(a.DB, time.Now), ctx, by, held.ID, held.Version)
	if err != nil {
		return err
	}
	out.say(done, "name", changed.Name, "code", t.Code, "slug", changed.Slug)
	return nil
}

type listingListCmd struct {
	Territory string `required:"" short:"t" env:"GRAPPE_TERRITORY" placeholder:"CODE" help:"help_in_territory"`
	State     string `enum:"published,lapsed,draft,hidden,merged," default:"" placeholder:"STATE" help:"help_state"`
	JSON      bool   `name:"json" help:"help_json"`
}

// listingLine is a card as --json prints it.
type listingLine struct {
	Slug  string        `json:"slug"`
	Name  string        `json:"name"`
	State listing.State `json:"state"`
}

func (c *listingListCmd) Run(ctx context.Context, out *output, cmds *commands) error {
	a, t, err := cmds.open(ctx, c.Territory)
	if err != nil {
		return err
	}
	defer a.Close()
	lines := []listingLine{}
	err = a.Listings.Each(ctx, a.DB.Read(), t.Code, func(l listing.Listing) error {
		if c.State == "" || l.State == listing.State(c.State) {
			lines = append(lines, listingLine{l.Slug, l.Name, l.State})
		}
		return nil
	})
	if err != nil {
		return err
	}
	locale.CollateBy(out.Printer, lines, func(l listingLine) string { return l.Name })
	if c.JSON {
		return out.json(map[string]any{"listings": lines})
	}
	if len(lines) == 0 {
		out.say("cli.listing_none")
		return nil
	}
	w := tabwriter.NewWriter(out.stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, out.T("cli.listing_head_slug")+"\t"+out.T("cli.listing_head_name")+"\t"+out.T("cli.listing_head_state"))
	for _, l := range lines {
		fmt.Fprintln(w, l.Slug+"\t"+l.Name+"\t"+out.T(fmt.Sprintf("cli.listing_state_%s", l.State)))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	out.say("cli.listing_count", "n", len(lines))
	return nil
}
