package archtest

// Dependency is a Go module that the product is allowed to depend on.
type Dependency struct {
	// Module is its path in go.mod.
	Module string
	// Reason says what it is for, and why not something smaller.
	Reason string
}

// Dependencies lists what go.mod may name directly. To depend on something new, add it here with its reason, in the
// same commit.
func Dependencies() []Dependency {
	return []Dependency{
		{"codeberg.org/go-pdf/fpdf", "writes PDF, with embedded fonts, links and bookmarks"},
		{"github.com/BurntSushi/toml", "the server's configuration file, which operators write by hand with comments"},
		{"github.com/alecthomas/kong", "the command line as Go structs, with help and errors that people can read"},
		{"github.com/andybalholm/cascadia", "CSS selectors, so that tests of pages say which element must hold what"},
		{"github.com/bep/imagemeta", "which way up a photograph is, as its EXIF says, in JPEG, PNG and WebP; reads nothing else, within limits"},
		{"github.com/blevesearch/snowballstem", "French and English stems, as Snowball defines them"},
		{"github.com/boombuler/barcode", "QR codes on what is printed"},
		{"github.com/chromedp/chromedp", "drives Debian's Chromium in browser tests and screenshots, without Node"},
		{"github.com/chromedp/cdproto", "the protocol's types that chromedp speaks"},
		{"github.com/emersion/go-sasl", "how the SMTP server of tests is authenticated to"},
		{"github.com/emersion/go-smtp", "the SMTP server of tests, which dies at any stage of a conversation"},
		{"github.com/coreos/go-oidc/v3", "OpenID Connect: discovery, keys that rotate, ID tokens; what one gets wrong by hand lets anybody in"},
		{"github.com/evanw/esbuild", "bundles scripts and styles from Go, so that the build needs no second bundler"},
		{"github.com/getkin/kin-openapi", "judges the OpenAPI document in tests, and that answers are what it announces"},
		{"github.com/goccy/go-yaml", "presets are YAML; its errors name line and column"},
		{"github.com/go-webauthn/webauthn", "passkeys: reads and verifies what authenticators say, as WebAuthn defines it"},
		{"github.com/google/uuid", "identifiers are UUID version 7"},
		{"github.com/jackc/pgx/v5", "the driver for PostgreSQL"},
		{"github.com/klauspost/compress", "zstd for backups; quicker gzip for responses"},
		{"github.com/microcosm-cc/bluemonday", "takes all that is unsafe out of HTML made from members' Markdown"},
		{"github.com/nyaruka/phonenumbers", "phone numbers of every territory; regular expressions get them wrong"},
		{"github.com/paulmach/orb", "outlines of zones in GeoJSON, and geometry on them"},
		{"github.com/pressly/goose/v3", "numbered migrations on both engines, with a lock on PostgreSQL"},
		{"github.com/prometheus/client_golang", "the metrics format that operators' tools read"},
		{"github.com/rogpeppe/go-internal", "testscript: command-line tests as readable scripts"},
		{"github.com/schollz/progressbar/v3", "progress of long commands on a terminal"},
		{"github.com/wneessen/go-mail", "writes messages with their headers and encodings, and speaks SMTP with STARTTLS and the usual ways to authenticate"},
		{"github.com/xuri/excelize/v2", "spreadsheets in and out"},
		{"github.com/yuin/goldmark", "Markdown as CommonMark defines it"},
		{"golang.org/x/crypto", "certificates by ACME (autocert)"},
		{"golang.org/x/image", "the Go fonts, which printed documents embed; reading WebP, and drawing pictures smaller"},
		{"golang.org/x/net", "the HTML parser, for tests of pages and for text out of HTML"},
		{"golang.org/x/oauth2", "the authorization code with PKCE, over which go-oidc stands"},
		{"golang.org/x/term", "whether the output is a terminal, and how wide"},
		{"golang.org/x/text", "languages, collation, Unicode forms, Windows-1252"},
		{"golang.org/x/time", "rate limits"},
		{"modernc.org/sqlite", "the embedded database, without cgo"},
		{"pgregory.net/rapid", "property tests that shrink what they find"},
	}
}
