package main

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/kong"
)

// kong breaks lines at any space and forgets which it was: the narrow no-break space goes through it as another letter.
const (
	noBreak = "\u202f"
	stand   = "\ue000" // private use
)

func held(text string) string { return strings.ReplaceAll(text, noBreak, stand) }

func released(text string) string { return strings.ReplaceAll(text, stand, noBreak) }

// dress gives a command and those under it, whose tags name them by key, their help and its examples, and their arguments and
// the values of their options the names that the person reads. (As variables of kong's they would cost the square of their number.)
func (s *Speaker) dress(n *kong.Node) {
	if n.Type == kong.CommandNode {
		n.Help = s.helpOf(n.Help)
	}
	path := []string{}
	for at := n; at.Type == kong.CommandNode; at = at.Parent {
		path = append([]string{at.Name}, path...)
	}
	if key := fmt.Sprintf("cli.examples_%s", strings.Join(path, "_")); s.Has(key) {
		n.Detail = held(s.T("cli.word_examples")) + "\n\n  " + strings.ReplaceAll(s.T(key), "\n", "\n  ")
	}
	for _, argument := range n.Positional {
		argument.Help = s.helpOf(argument.Help)
		if key := fmt.Sprintf("cli.argument_%s", argument.Name); s.Has(key) {
			argument.Name = s.T(key)
		}
	}
	for _, f := range n.Flags {
		if n.Type == kong.ApplicationNode { // shown after those of the command
			f.Group = &kong.Group{Key: "general", Title: held(s.T("cli.word_general"))}
		}
		f.Help = s.helpOf(f.Help)
		if key := fmt.Sprintf("cli.placeholder_%s", f.Name); s.Has(key) {
			f.PlaceHolder = s.T(key)
		}
	}
	for _, child := range n.Children {
		s.dress(child)
	}
}

// helpOf is the help whose key a tag holds: "help_serve" is cli.help_serve. Kong's own words stay.
func (s *Speaker) helpOf(tag string) string {
	if key := fmt.Sprintf("cli.%s", tag); s.Has(key) {
		return held(s.T(key))
	}
	return tag
}

// printHelp is kong's help with its own few words in the person's language.
func (s *Speaker) printHelp(options kong.HelpOptions, ctx *kong.Context) error {
	var buf bytes.Buffer
	out := ctx.Stdout
	ctx.Stdout = &buf
	err := kong.DefaultHelpPrinter(options, ctx)
	ctx.Stdout = out
	text := released(buf.String())
	for _, word := range []struct{ english, key string }{
		{"Usage:", "cli.word_usage"},
		{"<command>", "cli.word_command"},
		{"[flags]", "cli.word_options"},
		{"Arguments:", "cli.word_arguments"},
		{"Flags:", "cli.word_flags"},
		{"Commands:", "cli.word_commands"},
		{"Show context-sensitive help.", "cli.word_show_help"},
	} {
		text = strings.Replace(text, word.english, s.T(word.key), 1)
	}
	if before, _, found := strings.Cut(text, "\nRun \""); found {
		text = before + "\n" + s.T("cli.word_run_help") + "\n"
	}
	_, writeErr := io.WriteString(out, text)
	if err != nil {
		return err
	}
	return writeErr
}
