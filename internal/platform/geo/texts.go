package geo

import "embed"

// Texts holds the sentences of this package's errors, one JSON file per language.
//
//go:embed texts/*.json
var Texts embed.FS
