package listing

// ReadStrings hands a column of texts to its reader.
func ReadStrings(text string) ([]string, bool) {
	var list []string
	ok := readStrings(text, &list)
	return list, ok
}
