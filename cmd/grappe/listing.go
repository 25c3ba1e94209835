package main

import (
	"context"
	"time"

	"grappe/internal/app"
	"grappe/internal/listing"
)

// listingCmd is for what cannot wait for a page: a card that must leave the site now.
type listingCmd struct {
	Hide    listingHideCmd    `cmd:"" help:"${help_listing_hide}"`
	Publish listingPublishCmd `cmd:"" help:"${help_listing_publish}"`
}

// listingFlags name one card.
type listingFlags struct {
	Territory string `required:"" short:"t" env:"GRAPPE_TERRITORY" help:"${help_in_territory}"`
	Slug      string `arg:"" help:"${help_slug}"`
}

type listingHideCmd struct{ listingFlags }

func (c *listingHideCmd) Run(ctx context.Context, out *output, cmds *commands) error {
	return c.change(ctx, out, cmds, (*listing.Service).Hide, "cli.listing_hidden")
}

type listingPublishCmd struct{ listingFlags }

func (c *listingPublishCmd) Run(ctx context.Context, out *output, cmds *commands) error {
	return c.change(ctx, out, cmds, (*listing.Service).Publish, "cli.listing_published")
}

type listingChange func(s *listing.Service, ctx context.Context, id string, version int64) (listing.Listing, error)

func (c *listingFlags) change(ctx context.Context, out *output, cmds *commands, change listingChange, done string) error {
	a, err := app.OpenExisting(ctx, cmds.options(nil))
	if err != nil {
		return err
	}
	defer a.Close()
	t, err := a.Territory(ctx, c.Territory)
	if err != nil {
		return err
	}
	held, err := a.Listings.BySlug(ctx, a.DB.Read(), t.Code, c.Slug)
	if err != nil {
		return err
	}
	changed, err := change(listing.NewService(a.DB, time.Now), ctx, held.ID, held.Version)
	if err != nil {
		return err
	}
	out.say(done, "name", changed.Name)
	return nil
}
