package company

import "embed"

// Texts holds the sentences and names of this package, one JSON file per language.
//
//go:embed texts/*.json
var Texts embed.FS
