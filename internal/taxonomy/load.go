package taxonomy

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"

	"github.com/goccy/go-yaml"

	"grappe/internal/platform/errs"
	"grappe/internal/platform/spelling"
)

// folder is where presets keep their taxonomies.
const folder = "taxonomies"

// Load reads a taxonomy (Competences, Sectors) from a folder of presets. It returns errs.NotFound for an unknown name
// and the errors of Parse.
func Load(presets fs.FS, name string) (*Taxonomy, error) {
	data, err := fs.ReadFile(presets, path.Join(folder, name+".yaml"))
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrInvalid) {
		known := strings.Join([]string{Competences, Sectors}, ", ")
		return nil, errs.Wrap(err, errs.NotFound, "taxonomy.unknown", errs.Args{"name": name, "known": known})
	}
	if err != nil {
		return nil, errs.Wrap(err, errs.Internal, "taxonomy.unreadable", errs.Args{"name": name})
	}
	return Parse(data)
}

// Parse reads a taxonomy from YAML and checks all of it: codes, slugs, names and synonyms stand for one term only, every term
// has a name and a sentence in both languages. It returns errs.Invalid, with one entry in Fields for each fault.
func Parse(data []byte) (*Taxonomy, error) {
	var t Taxonomy
	err := yaml.NewDecoder(bytes.NewReader(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))), yaml.Strict()).Decode(&t)
	if errors.Is(err, io.EOF) {
		return nil, errs.New(errs.Invalid, "taxonomy.empty", nil)
	}
	if err != nil {
		args := errs.Args{"line": 0, "detail": err.Error()}
		var at yaml.Error
		if errors.As(err, &at) {
			args["detail"] = at.GetMessage()
			if tok := at.GetToken(); tok != nil && tok.Position != nil {
				args["line"] = tok.Position.Line
			}
		}
		return nil, errs.Wrap(err, errs.Invalid, "taxonomy.yaml", args)
	}
	if faults := t.index(); len(faults) > 0 {
		e := errs.New(errs.Invalid, "taxonomy.invalid", errs.Args{"code": t.Code, "n": len(faults)})
		e.Fields = faults
		return nil, e
	}
	return &t, nil
}

// checker gathers faults.
type checker struct{ faults []errs.Field }

func (c *checker) must(ok bool, name, key string, args errs.Args) {
	if !ok {
		c.faults = append(c.faults, errs.Field{Name: name, Key: "taxonomy.fault." + key, Args: args})
	}
}

func (c *checker) texts(name string, texts map[string]string) {
	for _, l := range []string{"fr", "en"} {
		c.must(strings.TrimSpace(texts[l]) != "", name+"."+l, "missing", nil)
	}
}

func (c *checker) code(name, code string) {
	c.must(code != "" && code == spelling.Slug(code), name, "code", errs.Args{"value": code})
}

// index checks the taxonomy and fills its indexes.
func (t *Taxonomy) index() []errs.Field {
	var c checker
	t.byCode, t.bySlug, t.keys = map[string]int{}, map[string]int{}, map[string]int{}
	c.code("code", t.Code)
	c.texts("names", t.Names)
	c.must(len(t.Terms) > 0, "terms", "missing", nil)
	groups := map[string]bool{}
	for i, g := range t.Groups {
		name := fmt.Sprintf("groups[%d]", i)
		c.code(name+".code", g.Code)
		c.must(!groups[g.Code], name+".code", "twice", errs.Args{"value": g.Code})
		c.texts(name+".names", g.Names)
		groups[g.Code] = true
	}
	for i, term := range t.Terms {
		name := fmt.Sprintf("terms[%d] %s", i, term.Code)
		c.code(name+".code", term.Code)
		c.code(name+".slug", term.Slug)
		_, twice := t.byCode[term.Code]
		c.must(!twice, name+".code", "twice", errs.Args{"value": term.Code})
		_, twice = t.bySlug[term.Slug]
		c.must(!twice, name+".slug", "twice", errs.Args{"value": term.Slug})
		c.must(groups[term.Group] || term.Group == "" && len(groups) == 0, name+".group", "group", errs.Args{"value": term.Group})
		c.texts(name+".names", term.Names)
		c.texts(name+".descriptions", term.Descriptions)
		t.byCode[term.Code], t.bySlug[term.Slug] = i, i
	}
	t.indexKeys(&c)
	return c.faults
}

// indexKeys gives every name and synonym to its term. Names come first, so that a synonym that is another term's name
// is the one that is told.
func (t *Taxonomy) indexKeys(c *checker) {
	add := func(i int, text, name string) {
		for _, key := range keysOf(text) {
			other, ok := t.keys[key]
			if ok && other != i {
				c.must(false, name, "synonym", errs.Args{"value": text, "other": t.Terms[other].Name("fr")})
				return
			}
			t.keys[key] = i
		}
	}
	for i, term := range t.Terms {
		for lang, n := range term.Names {
			add(i, n, fmt.Sprintf("terms[%d] %s.names.%s", i, term.Code, lang))
		}
		add(i, term.Slug, fmt.Sprintf("terms[%d] %s.slug", i, term.Code))
	}
	for i, term := range t.Terms {
		for _, s := range term.Synonyms {
			c.must(spelling.Plain(s) != "", fmt.Sprintf("terms[%d] %s.synonyms", i, term.Code), "missing", nil)
			add(i, s, fmt.Sprintf("terms[%d] %s.synonyms", i, term.Code))
		}
	}
}
