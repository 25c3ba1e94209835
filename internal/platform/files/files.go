// Package files keeps the small files that people hand in, in the base, and shows them under an address that never changes its
// content, as something that a browser shows and never runs: to anybody those that are public. It must not know what a file is for,
// nor who may read a private one, which it asks; who hands one in has checked it by its content.
package files

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"strings"
	"time"
)

// Texts holds the sentences of this package's errors, one JSON file per language.
//
//go:embed texts/*.json
var Texts embed.FS

// File is one file.
type File struct {
	ID            string
	Territory     string // code
	Owner         string // what it belongs to: "listing/<id>"
	Name          string // as it was handed in, for who saves it again
	Media         string // "image/png"
	Public        bool   // anybody may read it
	Width, Height int    // of a picture
	Size          int64
	Data          []byte
	CreatedAt     time.Time
}

// Prefix begins the addresses of files.
const Prefix = "/fichiers/"

// Path is the address of a file, on every host.
func Path(id string) string { return Prefix + id }

// IsPath reports whether the text is the address of a file, as Path gives it.
func IsPath(text string) bool {
	id, ok := strings.CutPrefix(text, Prefix)
	return ok && IsID(id)
}

// IDOf is the identifier in an address of a file, "" for any other text.
func IDOf(path string) string {
	if !IsPath(path) {
		return ""
	}
	return path[len(Prefix):]
}

// digits of the hash in an identifier: 128 bits.
const digits = 32

// IsID reports whether the text has the form of an identifier: 32 hexadecimal digits and an extension.
func IsID(text string) bool {
	hash, extension, ok := strings.Cut(text, ".")
	return ok && len(hash) == digits && strings.Trim(hash, "0123456789abcdef") == "" && mediaOf(extension) != ""
}

// extensions are those of the media that are kept.
func extensions() [][2]string {
	return [][2]string{{"png", "image/png"}, {"jpg", "image/jpeg"}, {"pdf", "application/pdf"}}
}

func mediaOf(extension string) string {
	for _, e := range extensions() {
		if e[0] == extension {
			return e[1]
		}
	}
	return ""
}

func extensionOf(media string) string {
	for _, e := range extensions() {
		if e[1] == media {
			return e[0]
		}
	}
	return ""
}

// id is made of what the file is and whose: what one owner takes away stays with another who handed in the same.
func (f File) id() string {
	h := sha256.New()
	for _, part := range []string{f.Territory, f.Owner, visibility(f.Public)} {
		h.Write([]byte(part))
		h.Write([]byte{0})
	}
	h.Write(f.Data)
	return hex.EncodeToString(h.Sum(nil))[:digits] + "." + extensionOf(f.Media)
}

func visibility(public bool) string {
	if public {
		return "public"
	}
	return "private"
}
