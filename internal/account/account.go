// Package account is who people are and what they may do: persons and how they prove themselves, sessions, the roles of a
// territory's team, the people of companies and their invitations, consent, and what the law gives each of them over their
// data. Every other room asks an Actor. It must not know pages, how somebody signs in, nor what a company's card says.
package account

import "embed"

// Texts holds the sentences of this room, one JSON file per language.
//
//go:embed texts/*.json
var Texts embed.FS
