// Package ui is what every page shares: the frame of a page, the layout, the components, the assets and safe Markdown.
// Rooms parse their own views over it and hand it one typed struct per page. It must not know clusters, companies,
// routes or where a frame's values come from.
package ui

import "embed"

// Texts holds the sentences of the layout, the components, the error pages and the gallery, one JSON file per language.
//
//go:embed texts/*.json
var Texts embed.FS

//go:embed shell/*.html components/*.html
var shared embed.FS

//go:embed view/*.html
var ownViews embed.FS
