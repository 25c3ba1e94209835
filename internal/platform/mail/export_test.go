package mail

import "io"

// ColoursOf is what a letter makes of an accent.
func ColoursOf(accent string) colours { return coloursOf(accent) }

// Contrast is that of two colours.
func Contrast(a, b string) float64 {
	x, _ := parseColour(a)
	y, _ := parseColour(b)
	return contrast(x, y)
}

// ReadReport gives what a report says.
func ReadReport(r io.Reader, bounce string) (code string, mails []string) {
	var rep report
	rep.read(r)
	return rep.code, rep.mails(bounce)
}
