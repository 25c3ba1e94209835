package main

import (
	"embed"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"golang.org/x/term"

	"grappe/internal/app"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/locale"
)

//go:embed texts/*.json
var textFiles embed.FS

// Speaker says the command line's sentences in one language.
type Speaker struct {
	*locale.Printer
	lang string
	cats *locale.Catalogues
}

func newSpeaker(lang string) (*Speaker, error) {
	texts, err := fs.Sub(textFiles, "texts")
	if err != nil {
		return nil, err
	}
	cats, err := app.Catalogues(texts)
	if err != nil {
		return nil, err
	}
	return &Speaker{Printer: cats.Printer(lang, time.Local, ""), lang: lang, cats: cats}, nil
}

// languageOf is the language asked for by --lang, else by GRAPPE_LANG, else by the system's; French otherwise.
func languageOf(args []string, getenv func(string) string) string {
	asked := ""
	for i, a := range args {
		if a == "--" {
			break
		}
		value, ok := strings.CutPrefix(a, "--lang=")
		if a == "--lang" && i+1 < len(args) {
			value, ok = args[i+1], true
		}
		if ok && slices.Contains(locale.Languages(), value) {
			asked = value // the last one counts, as for every option
		}
	}
	if asked != "" {
		return asked
	}
	for _, name := range []string{"GRAPPE_LANG", "LC_ALL", "LC_MESSAGES", "LANG"} {
		if value := getenv(name); value != "" {
			if strings.HasPrefix(value, "en") {
				return "en"
			}
			return "fr"
		}
	}
	return "fr"
}

// Sentence is what the person reads of an error.
func (s *Speaker) Sentence(e *errs.E) string { return s.Text(e.Key, e.Args) }

// tell writes an error for the person on stderr: its sentence, then what is wrong with each field where it names some.
func (o *output) tell(e *errs.E) {
	o.line(o.Sentence(e))
	for _, f := range e.Fields {
		if f.Key != e.Key {
			o.line("  " + o.T("cli.field", "name", f.Name, "text", o.Text(f.Key, f.Args)))
		}
	}
}

// reason is what the person reads of any error.
func (s *Speaker) reason(err error) string {
	if e := errs.As(err); e != nil {
		return s.Sentence(e)
	}
	return err.Error()
}

// output is where a command writes: results on stdout, all else on stderr.
type output struct {
	*Speaker
	stdout io.Writer
	stderr io.Writer
}

// say writes a translated line on stderr.
func (o *output) say(key string, args ...any) { o.line(o.T(key, args...)) }

// line writes a line on stderr.
func (o *output) line(text string) { fmt.Fprintln(o.stderr, text) }

// json writes a value for machines on stdout.
func (o *output) json(v any) error {
	enc := json.NewEncoder(o.stdout)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

// terminal reports whether a person watches stderr.
func (o *output) terminal() bool {
	f, ok := o.stderr.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
