// Package presets holds what a cluster edits, as YAML, embedded in the binary: territories, mappings of imported
// files, taxonomies and the vocabulary of the search. It holds no logic and must not know who reads it.
package presets

import "embed"

// FS holds territories/, mappings/, taxonomies/ and vocabulary/.
//
//go:embed territories mappings taxonomies vocabulary
var FS embed.FS
