package api

import "slices"

// TextKeys are the keys of all texts that the room of the description has to have, sorted. Those that begin as Keys say and
// are not among them are of no use.
func (a *API) TextKeys() []string {
	var keys []string
	for _, tag := range a.tags() {
		keys = append(keys, a.d.Keys.Tag+tag+".name", a.d.Keys.Tag+tag+".description")
	}
	for i := range a.d.Operations {
		op := &a.d.Operations[i]
		keys = append(keys, a.d.Keys.Operation+op.ID+".summary", a.d.Keys.Operation+op.ID+".description")
		for _, p := range op.Params {
			keys = append(keys, a.paramKey(p))
		}
		for _, e := range op.Examples {
			keys = append(keys, a.exampleKey(op, e))
		}
	}
	for _, c := range a.book.components {
		for _, f := range c.fields {
			if !isProblem(f.owner) {
				keys = append(keys, a.fieldKey(f))
			}
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// Keys are the beginnings of the keys that the description uses.
func (a *API) Keys() Keys { return a.d.Keys }

// isProblem reports whether a component is of package web, whose texts are the same for every API.
func isProblem(component string) bool { return component == "Problem" || component == "ProblemField" }
