package listing

// Accessibilities lists the codes of what a place offers to people with a disability; a card may say more in its own words.
func Accessibilities() []string {
	return []string{"wheelchair", "toilets", "parking", "hearing-loop", "sign-language"}
}

// AccessibilityKey is the key of the words for a code: "listing.accessibility.wheelchair".
func AccessibilityKey(code string) string { return "listing.accessibility." + code }
