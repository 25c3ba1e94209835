package browsertest

import (
	"context"
	"fmt"

	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"
)

// authenticator is one that Chromium plays in a tab: it keeps passkeys, and verifies whoever asks.
type authenticator struct {
	tab *tab
	id  webauthn.AuthenticatorID
}

// authenticator plugs one into the tab, for as long as the tab is there.
func (b *tab) authenticator() *authenticator {
	b.Helper()
	a := &authenticator{tab: b}
	b.run("plugging an authenticator in", webauthn.Enable(), chromedp.ActionFunc(func(ctx context.Context) (err error) {
		a.id, err = webauthn.AddVirtualAuthenticator(&webauthn.VirtualAuthenticatorOptions{
			Protocol: webauthn.AuthenticatorProtocolCtap2, Ctap2version: webauthn.Ctap2versionCtap21, Transport: webauthn.AuthenticatorTransportInternal,
			HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
		}).Do(ctx)
		return err
	}))
	return a
}

// touched says whether somebody touches it whenever it asks.
func (a *authenticator) touched(yes bool) {
	a.tab.Helper()
	a.tab.run(fmt.Sprintf("touching: %v", yes), webauthn.SetAutomaticPresenceSimulation(a.id, yes))
}

// keys counts the passkeys that it keeps.
func (a *authenticator) keys() (n int) {
	a.tab.Helper()
	a.tab.run("counting passkeys", chromedp.ActionFunc(func(ctx context.Context) error {
		list, err := webauthn.GetCredentials(a.id).Do(ctx)
		n = len(list)
		return err
	}))
	return n
}
