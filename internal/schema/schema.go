// Package schema holds the steps that bring a database to the shape which this binary knows: one SQL file per
// step, named by its number, in the subset that SQLite and PostgreSQL both understand. Step 1, the change log, is
// in platform/db. It must not know what runs the steps, nor any Go type of the rows.
package schema

import "embed"

// FS holds the steps after the first, in goose's format.
//
//go:embed *.sql
var FS embed.FS
