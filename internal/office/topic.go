package office

// Topic is what a feature sends mails about that a person may refuse. A feature declares its own; app gathers them.
type Topic struct {
	Name   string // as it stands in mails: "reminders"
	Label  string // key of its words: "Rappels avant un atelier"
	Detail string // key of the sentence that says when such a mail comes
}
