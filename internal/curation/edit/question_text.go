package edit

import (
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"grappe/internal/listing"
	"grappe/internal/platform/errs"
)

// of is the form of a field of one input.
func of(field string, values ...string) url.Values {
	v := url.Values{}
	for _, value := range values {
		if value = tidy(value); value != "" {
			v.Add(field, value)
		}
	}
	return v
}

// line1 asks for a text of one line.
func line1(field string, step Step, at func(*listing.Content) *string) question {
	return question{
		field, step,
		func(_ scope, c *listing.Content) url.Values { return of(field, line(*at(c))) },
		func(_ scope, v url.Values, was, c *listing.Content) []errs.Field {
			*at(c) = kept(line(v.Get(field)), line(*at(was)), *at(was))
			return nil
		},
	}
}

// text asks for a text of several lines.
func text(field string, step Step, at func(*listing.Content) *string) question {
	return question{
		field, step,
		func(_ scope, c *listing.Content) url.Values { return of(field, *at(c)) },
		func(_ scope, v url.Values, was, c *listing.Content) []errs.Field {
			*at(c) = kept(tidy(v.Get(field)), tidy(*at(was)), *at(was))
			return nil
		},
	}
}

// kept is what was typed, or what the card said where that is what was shown.
func kept(typed, shown, stored string) string {
	if typed == shown {
		return stored
	}
	return typed
}

func categoryQuestion() question {
	return question{
		"category", Essential,
		func(_ scope, c *listing.Content) url.Values { return of("category", string(c.Category)) },
		func(_ scope, v url.Values, _, c *listing.Content) []errs.Field {
			c.Category = listing.Category(v.Get("category"))
			return nil
		},
	}
}

// codes asks to choose among codes. One that the card has and the list has not stays until it is taken away.
func codes(field string, step Step, at func(*listing.Content) *[]string, known func(scope) []string) question {
	return question{
		field, step,
		func(s scope, c *listing.Content) url.Values {
			return of(field, chosen(offered(known(s), *at(c)), *at(c))...)
		},
		func(s scope, v url.Values, was, c *listing.Content) []errs.Field {
			picked := chosen(offered(known(s), *at(was)), v[field])
			*at(c) = inOrder(*at(was), picked)
			return nil
		},
	}
}

// offered are the codes that can be chosen: those that are known, then those that the card has beside them.
func offered(known, held []string) []string {
	out := slices.Clone(known)
	for _, code := range held {
		if !slices.Contains(out, code) {
			out = append(out, code)
		}
	}
	return out
}

// chosen are those of the offered codes that are among some.
func chosen(offered, some []string) []string {
	return slices.DeleteFunc(slices.Clone(offered), func(code string) bool { return !slices.Contains(some, code) })
}

// inOrder gives what was picked, what the card had before first and as it had it.
func inOrder(held, picked []string) []string {
	var out []string
	for _, code := range slices.Concat(chosen(held, picked), picked) {
		if !slices.Contains(out, code) {
			out = append(out, code)
		}
	}
	return out
}

// longestTag is how many characters a keyword has at the most.
const longestTag = 60

// tagsQuestion asks for keywords in one line, with commas between them.
func tagsQuestion() question {
	return question{
		"tags", Activity,
		func(_ scope, c *listing.Content) url.Values { return of("tags", line(strings.Join(c.Tags, ", "))) },
		func(_ scope, v url.Values, was, c *listing.Content) []errs.Field {
			if line(v.Get("tags")) == line(strings.Join(was.Tags, ", ")) {
				c.Tags = was.Tags
				return nil
			}
			var tags []string
			for _, tag := range strings.FieldsFunc(v.Get("tags"), func(r rune) bool { return strings.ContainsRune(",;\n", r) }) {
				tags = append(tags, line(tag))
			}
			c.Tags = listing.JoinTags(tags, nil)
			for _, tag := range c.Tags {
				if (utf8.RuneCountInString(tag) > longestTag || strings.ContainsAny(tag, "<>")) && !slices.Contains(was.Tags, tag) {
					return []errs.Field{fault("tags", "edit.tag_wrong", errs.Args{"typed": short(tag), "most": longestTag})}
				}
			}
			return nil
		},
	}
}

// Accessibilities are the codes of what a place offers to people with a disability.
func accessQuestion() question {
	const field, more = "accessibility", "accessibility-more"
	return question{
		field, Hours,
		func(_ scope, c *listing.Content) url.Values {
			v := of(field, chosen(listing.Accessibilities(), c.Accessibility)...)
			for _, words := range beyond(c.Accessibility) {
				v.Add(more, line(words))
			}
			return v
		},
		func(_ scope, v url.Values, was, c *listing.Content) []errs.Field {
			c.Accessibility = chosen(listing.Accessibilities(), v[field])
			for _, typed := range v[more] {
				for _, stored := range was.Accessibility {
					typed = kept(line(typed), line(stored), stored)
				}
				c.Accessibility = append(c.Accessibility, typed)
			}
			c.Accessibility = inOrder(was.Accessibility, c.Accessibility)
			return nil
		},
	}
}

// beyond are the words about the access to a place that are no code.
func beyond(all []string) []string {
	return slices.DeleteFunc(slices.Clone(all), func(a string) bool { return slices.Contains(listing.Accessibilities(), a) })
}

// logoQuestion shows the logo that the card has. It is uploaded, and never typed.
func logoQuestion() question {
	return question{
		"logo", Logo,
		func(_ scope, c *listing.Content) url.Values { return of("logo", c.Logo) },
		func(_ scope, v url.Values, _, c *listing.Content) []errs.Field {
			c.Logo = v.Get("logo")
			return nil
		},
	}
}

// spoken are the languages that can be chosen, by their BCP 47 tags: those of the territories first, then those that visitors speak.
func spoken() []string {
	return []string{"fr", "en", "dhv", "nen", "wls", "fud", "ty", "ja", "zh", "vi", "id", "es", "it", "de", "pt", "ar"}
}
