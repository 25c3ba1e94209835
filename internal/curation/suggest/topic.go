package suggest

import (
	"grappe/internal/account"
	"grappe/internal/curation"
)

// Topic is what somebody says is wrong with a card.
type Topic string

// The topics, in the order in which they are asked for.
const (
	Contact Topic = "contact" // how it is reached
	Place   Topic = "place"   // where it is
	Closed  Topic = "closed"  // it is no longer there
	Twice   Topic = "twice"   // another card presents it too
	Offence Topic = "offence" // something of it should not be public
	Other   Topic = "other"
)

// door is a large link.
type door struct {
	URL, Icon, Label, Detail string
	topic                    Topic
}

// about is the topic as curation names it, "" where its fields say all.
func (t Topic) about() string {
	switch t {
	case Closed:
		return curation.AboutClosed
	case Twice:
		return curation.AboutDuplicate
	case Offence:
		return curation.AboutOffence
	case Other:
		return curation.AboutOther
	case Contact, Place:
	}
	return ""
}

// slug is the topic as it stands in addresses.
func (t Topic) slug() string {
	switch t {
	case Contact:
		return "coordonnees"
	case Place:
		return "adresse"
	case Closed:
		return "fermeture"
	case Twice:
		return "doublon"
	case Offence:
		return "publication"
	case Other:
		return "autre"
	}
	return ""
}

// topicOf is the topic of an address, "" for none.
func topicOf(slug string) Topic {
	for _, d := range doors() {
		if d.topic.slug() == slug {
			return d.topic
		}
	}
	return ""
}

// doors lead to the topics.
func doors() []door {
	return []door{
		{topic: Contact, Icon: "phone"},
		{topic: Place, Icon: "map-pin"},
		{topic: Closed, Icon: "store"},
		{topic: Twice, Icon: "copy"},
		{topic: Offence, Icon: "eye-off"},
		{topic: Other, Icon: "pencil"},
	}
}

// fields are the fields of a card that the topic is about, by their JSON names: nothing else of it is asked.
func (t Topic) fields() []string {
	switch t {
	case Contact:
		return []string{"phones", "emails", "websites"}
	case Place:
		return []string{"address", "postcode", "city", "zone"}
	case Other:
		return []string{"name", "headline", "description"}
	case Closed, Twice, Offence:
	}
	return nil
}

// order is the order of the questions of the topic's form.
func (t Topic) order() []string {
	return append(append([]string{twinField, whichField}, t.fields()...), messageField, account.MailField, nameField)
}

// speaks reports whether the topic is said by a message alone, which is then needed.
func (t Topic) speaks() bool { return t == Closed || t == Offence }
