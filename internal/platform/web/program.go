package web

import (
	"crypto/sha256"
	"encoding/base64"
	"io"
	"os"
)

// Program identifies the running program by its content, for the tags of what a room makes by rules that the next version may
// change; it is "" where the program cannot be read. It reads all of it: ask once.
func Program() string {
	path, err := os.Executable()
	if err != nil {
		return ""
	}
	file, err := os.Open(path) //nolint:gosec // the program itself
	if err != nil {
		return ""
	}
	defer func() { _ = file.Close() }() // only read
	sum := sha256.New()
	if _, err := io.Copy(sum, file); err != nil {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(sum.Sum(nil)[:12])
}
