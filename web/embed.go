// Package webdist holds the built styles, scripts and icons of the pages, as `go run ./web/build` left them in web/dist. It
// must not know what they are for: package ui reads the manifest.
package webdist

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// FS is the content of web/dist, rooted there: manifest.json, icons.json, hashed files and their .gz siblings.
func FS() fs.FS {
	root, err := fs.Sub(dist, "dist")
	if err != nil {
		panic(err) // "dist" is a valid name: fs.Sub cannot refuse it
	}
	return root
}
