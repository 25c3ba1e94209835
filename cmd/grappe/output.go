package main

import (
	"cmp"
	"embed"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/alecthomas/kong"
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

// languageOf is the language asked for by --lang, else by GRAPPE_LANG, else by the settings file, else by the system's;
// French otherwise. It comes before the call is understood, since what is wrong with the call must be told in it.
func languageOf(args []string, getenv func(string) string) string {
	known := func(value string) bool { return slices.Contains(locale.Languages(), value) }
	if asked := optionOf(args, "--lang", known); asked != "" {
		return asked
	}
	if asked := getenv("GRAPPE_LANG"); known(asked) {
		return asked
	}
	if asked := languageInFile(args, getenv); asked != "" {
		return asked
	}
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if value := getenv(name); value != "" {
			if strings.HasPrefix(value, "en") {
				return "en"
			}
			return "fr"
		}
	}
	return "fr"
}

// optionOf is the value of an option among arguments that nobody has parsed yet, empty where no good one is given. The last
// one counts, as for every option.
func optionOf(args []string, name string, good func(string) bool) string {
	found := ""
	for i, a := range args {
		if a == "--" {
			break
		}
		value, ok := strings.CutPrefix(a, name+"=")
		if a == name && i+1 < len(args) {
			value, ok = args[i+1], true
		}
		if ok && good(value) {
			found = value
		}
	}
	return found
}

// languageInFile is the language that the top of the settings file asks for, be the file right or wrong in the rest; empty
// where it asks for none.
func languageInFile(args []string, getenv func(string) string) string {
	path := optionOf(args, "--config", func(value string) bool { return value != "" })
	if path == "" {
		path = cmp.Or(getenv("GRAPPE_CONFIG"), defaultConfig)
	}
	text, err := os.ReadFile(kong.ExpandPath(path))
	if err != nil {
		return "" // what is wrong with the file is told when the call is understood
	}
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(strings.TrimSpace(line), "[") {
			break // what follows belongs to one command
		}
		name, value, _ := strings.Cut(line, "=")
		value, _, _ = strings.Cut(value, "#")
		value = strings.Trim(strings.TrimSpace(value), `"'`)
		if strings.TrimSpace(name) == "lang" && slices.Contains(locale.Languages(), value) {
			return value
		}
	}
	return ""
}

// Sentence is what the person reads of an error.
func (s *Speaker) Sentence(e *errs.E) string { return s.Text(e.Key, e.Args) }

// tell writes an error for the person on stderr: its sentence, then what is wrong with each field where it names some.
func (o *output) tell(e *errs.E) {
	o.line(o.Sentence(e))
	for _, f := range e.Fields {
		switch text := o.Text(f.Key, f.Args); {
		case f.Key == e.Key:
		case f.Name == e.Args["name"]: // the sentence has named it
			o.line("  " + text)
		default:
			o.line("  " + o.T("cli.field", "name", f.Name, "text", text))
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
