package api

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"grappe/internal/platform/web"
)

// API is a description that was found consistent, with all that is made of it.
type API struct {
	d     Description
	book  *book
	pages *pages
}

// New checks a description. The error names what is wrong with it: a fault of the program, at start.
func New(d Description) (*API, error) {
	if d.About == nil || d.Version == "" {
		return nil, errors.New("api: a description needs About and Version")
	}
	a := &API{d: d, book: newBook(d.Types)}
	seen := map[string]bool{}
	for i := range a.d.Operations {
		op := &a.d.Operations[i]
		if seen[op.ID] || seen[op.Path] {
			return nil, fmt.Errorf("api: operation %q: its id or its path is another's", op.ID)
		}
		seen[op.ID], seen[op.Path] = true, true
		if err := a.check(op); err != nil {
			return nil, fmt.Errorf("api: operation %q: %w", op.ID, err)
		}
	}
	if err := a.book.add(web.Problem{}); err != nil {
		return nil, err
	}
	var err error
	a.pages, err = newPages()
	return a, err
}

// Operations are those of the description.
func (a *API) Operations() []Operation { return a.d.Operations }

func (a *API) check(op *Operation) error {
	switch {
	case !idForm.MatchString(op.ID) || !idForm.MatchString(op.Tag):
		return errors.New("id and tag are written in small letters, digits and dashes")
	case op.Answer == nil || op.Handle == nil:
		return errors.New("nothing answers it")
	case op.Stream && (op.Modified || op.MediaType != "text/event-stream" || len(op.Others) > 0):
		return errors.New("a stream is text/event-stream, and is never asked whether it changed")
	case len(op.Examples) == 0:
		return errors.New("it has no example")
	}
	for _, status := range op.Errors {
		if !slices.Contains(describedErrors(), status) {
			return fmt.Errorf("no text says what the status %d means", status)
		}
	}
	if err := op.checkParams(); err != nil {
		return err
	}
	for _, form := range op.forms() {
		if err := a.book.add(form.Answer); err != nil {
			return err
		}
	}
	return op.checkExamples()
}

var (
	idForm   = regexp.MustCompile(`^[a-z][a-z0-9-]*$`)
	nameForm = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
	pathForm = regexp.MustCompile(`^(/[a-z0-9.-]+|/\{[a-z][a-z0-9_]*\})+$`)
	pathName = regexp.MustCompile(`\{([a-z0-9_]+)\}`)
)

func (op *Operation) checkParams() error {
	if !pathForm.MatchString(op.Path) {
		return fmt.Errorf("path %q", op.Path)
	}
	inPath := map[string]bool{}
	for _, found := range pathName.FindAllStringSubmatch(op.Path, -1) {
		inPath[found[1]] = true
	}
	seen := map[string]bool{}
	for _, p := range op.Params {
		if err := p.check(); err != nil {
			return fmt.Errorf("parameter %q: %w", p.Name, err)
		}
		if seen[p.Name] || p.Path != inPath[p.Name] {
			return fmt.Errorf("parameter %q stands twice, or not where it says", p.Name)
		}
		seen[p.Name] = true
	}
	for name := range inPath {
		if !seen[name] {
			return fmt.Errorf("parameter %q of the path is not described", name)
		}
	}
	return nil
}

func (p Param) check() error {
	switch p.Kind {
	case Text, List, Flag, Box, Point:
	case Choice:
		if len(p.Enum) == 0 {
			return errors.New("a choice of nothing")
		}
	case Integer, Number:
		if p.Min >= p.Max {
			return errors.New("a number without bounds")
		}
	default:
		return fmt.Errorf("kind %q", p.Kind)
	}
	if !nameForm.MatchString(p.Name) || p.Many && p.Kind != Text && p.Kind != Choice {
		return errors.New("its name, or that it may be repeated")
	}
	if p.Default != "" {
		if _, wrong := p.read([]string{p.Default}); wrong != nil {
			return fmt.Errorf("default %q: %s", p.Default, wrong.Key)
		}
	}
	return nil
}

func (op *Operation) checkExamples() error {
	seen := map[string]bool{}
	for _, e := range op.Examples {
		if !idForm.MatchString(e.Name) || seen[e.Name] {
			return fmt.Errorf("example %q: its name", e.Name)
		}
		seen[e.Name] = true
		known := 0
		for _, p := range op.Params {
			sent := e.Values[p.Name]
			if len(sent) > 0 {
				known++
			}
			v := Values{given: map[string][]string{}, read: map[string]any{}}
			p.Required = p.Required || p.Path
			if wrong := v.take(p, sent); len(wrong) > 0 {
				return fmt.Errorf("example %q: parameter %q: %s", e.Name, p.Name, wrong[0].Key)
			}
		}
		if known != len(e.Values) {
			return fmt.Errorf("example %q has parameters that the operation does not", e.Name)
		}
	}
	return nil
}

// pathOf is the path with the values of an example in it.
func (op *Operation) pathOf(values map[string][]string) string {
	return pathName.ReplaceAllStringFunc(op.Path, func(hole string) string {
		return escapeSegment(strings.Join(values[strings.Trim(hole, "{}")], ""))
	})
}
