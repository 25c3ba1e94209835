package cards

import (
	"slices"

	"grappe/internal/account"
	"grappe/internal/company"
	"grappe/internal/curation"
	"grappe/internal/listing"
)

// viewer is who reads the history of a card. The team knows all by name, the owners each other.
type viewer struct {
	person     string // identifier
	team       bool
	names      map[string]string // of persons
	colleagues []account.Colleague
}

func (v viewer) knows(person string) bool {
	return v.team || slices.ContainsFunc(v.colleagues, func(c account.Colleague) bool { return c.ID == person })
}

// says says who made a step, and who proposed it or decided about it.
func (v viewer) says(step *Step, deeds []curation.Deed) {
	r := &step.Revision
	if step.Who = whoOf(r, v.names[r.Person], v.knows(r.Person)); r.Person != "" && r.Person == v.person {
		step.Who = Who{Sort: You}
	}
	at := slices.IndexFunc(deeds, func(d curation.Deed) bool { return d.Made(*r) })
	if at < 0 {
		return
	}
	switch d := deeds[at]; {
	case d.Kind == curation.Edit && d.Decider != r.Person:
		step.Beside = v.decider(d.Decider)
	case d.Kind != curation.Edit && (d.Proposer == "" || d.Proposer != r.Person):
		step.Beside, step.Proposed = v.proposer(d), true
	}
}

// decider is who of the team decided.
func (v viewer) decider(person string) Who {
	switch name := v.names[person]; {
	case person != "" && person == v.person:
		return Who{Sort: You}
	case v.team && name != "":
		return Who{Member, name}
	}
	return Who{Sort: Team}
}

// proposer is who proposed something. Owners are not told the names of strangers.
func (v viewer) proposer(d curation.Deed) Who {
	name := d.Name
	if d.Proposer != "" {
		name = v.names[d.Proposer]
	}
	switch {
	case d.Proposer != "" && d.Proposer == v.person:
		return Who{Sort: You}
	case name != "" && v.knows(d.Proposer):
		return Who{Named, name}
	}
	return Who{Sort: Visitor}
}

// personsBehind are those who proposed something or decided about it.
func personsBehind(deeds []curation.Deed) []string {
	var out []string
	for _, d := range deeds {
		for _, person := range []string{d.Proposer, d.Decider} {
			if person != "" && !slices.Contains(out, person) {
				out = append(out, person)
			}
		}
	}
	return out
}

// whoOf is who made a revision; known says that the reader may know the person by name.
func whoOf(r *listing.Revision, name string, known bool) Who {
	named := name != "" && known
	switch kind := r.Source.Kind; {
	case kind == company.FromStaff && named:
		return Who{Member, name}
	case kind == company.FromStaff:
		return Who{Sort: Team}
	case kind == company.FromOwner && named:
		return Who{Own, name}
	case kind == company.FromOwner && r.Source.Name == listing.ByLetter:
		return Who{Sort: Letter}
	case kind == company.FromOwner:
		return Who{Sort: Owner}
	case named:
		return Who{Named, name}
	case r.Person != "":
		return Who{Sort: Someone}
	case kind == company.FromImport || kind == company.FromRegister:
		return Who{Sort: Source, Name: r.Source.Name}
	}
	return Who{Sort: Nobody}
}
