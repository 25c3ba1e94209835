package main

import (
	"cmp"
	"errors"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"grappe/internal/platform/errs"
)

// callFault is one way in which kong says that a call is wrong, and the sentence for the person.
type callFault struct {
	pattern string // with named groups, which become the arguments of the sentence
	key     string
}

// callFaults are kong's own sentences (context.go, mapper.go and scanner.go of v1.17); one that is not here is told as it is.
func callFaults() []callFault {
	return []callFault{
		{`^unknown flag (?P<name>\S+?)(?:, did you mean (?:one of )?(?P<hint>.+)\?)?$`, "cli.call_unknown_flag"},
		{`^unexpected (?:flag )?argument (?P<value>.+?)(?:, did you mean (?:one of )?(?P<hint>.+)\?)?$`, "cli.call_unexpected"},
		{`^flag (?P<name>--\S+) applies to the default command .*$`, "cli.call_misplaced_flag"},
		{`^missing flags: (?P<allowed>.+)$`, "cli.call_missing_flags"},
		{`^missing positional arguments (?P<allowed>.+)$`, "cli.call_missing_arguments"},
		{`^expected (?P<allowed>"<.+>.*")$`, "cli.call_missing_arguments"},
		{`^expected (?:one of )?(?P<commands>".+)$`, "cli.call_missing_command"},
		{`^(?P<name>.+?) must be one of (?P<allowed>.+) but got "(?P<value>.*)"$`, "cli.call_enum"},
		{`^(?P<name>.+?): slog: level string "(?P<value>.*?)": .*$`, "cli.call_level"},
		{`^(?P<name>.+?): expected duration but got "(?P<value>.*?)".*$`, "cli.call_duration"},
		{`^(?P<name>.+?): expected (?:a valid \d+ bit u?int|an int) but got "(?P<value>.*?)".*$`, "cli.call_number"},
		{`^(?P<name>.+?): (?:bool value must be|expected bool).* but got "?(?P<value>[^"]*)"?.*$`, "cli.call_bool"},
		{`^(?P<name>.+?): (?:expected \S+ value but got|missing value).*$`, "cli.call_no_value"},
	}
}

// wrongCall says what is wrong with a call, and gives its exit code.
func (o *output) wrongCall(err error) int {
	if e := errs.As(err); e != nil {
		o.tell(e)
		return errs.Usage.ExitCode()
	}
	args := map[string]any{"help": "grappe --help"}
	var commands []string
	if parse, ok := errors.AsType[*kong.ParseError](err); ok && parse.Context != nil {
		args["help"], commands = helpOf(parse.Context)
	}
	text, variable := err.Error(), ""
	if m := regexp.MustCompile(`^(.*) \(from envar (\w+)=".*"\)$`).FindStringSubmatch(text); m != nil {
		text, variable = m[1], m[2]
	}
	for _, fault := range callFaults() {
		pattern := regexp.MustCompile(fault.pattern)
		m := pattern.FindStringSubmatch(text)
		if m == nil {
			continue
		}
		for i, name := range pattern.SubexpNames() {
			if name != "" {
				args[name] = m[i]
			}
		}
		o.sayCall(fault.key, args, variable, commands)
		return errs.Usage.ExitCode()
	}
	o.say("cli.wrong_call", "error", err.Error())
	o.say("cli.call_help", "help", args["help"])
	return errs.Usage.ExitCode()
}

func (o *output) sayCall(key string, args map[string]any, variable string, commands []string) {
	if variable != "" {
		args["name"] = variable
	}
	if list, ok := args["allowed"].(string); ok {
		args["allowed"] = spelledOut(list)
	}
	if _, ok := args["commands"]; ok {
		args["commands"] = commands
	}
	hint, _ := args["hint"].(string)
	name, _ := args["name"].(string)
	value, _ := args["value"].(string)
	line := o.Text(key, args)
	if hint = strings.ReplaceAll(hint, `"`, ""); alike(cmp.Or(value, name), hint) {
		line += " " + o.T("cli.call_hint", "words", hint)
	}
	o.line(line)
	o.say("cli.call_help", "help", args["help"])
}

// alike reports whether what kong found near a word may be meant by it: two words as short as "-t" and "-h" are always near.
func alike(given, hint string) bool {
	given, hint = strings.Trim(given, `-"`), strings.Trim(hint, "-")
	return len(given) > 1 && len(hint) > 1 && given[0] == hint[0]
}

// helpOf is the call that shows the help of the command meant, and the commands under it: "import --territory nc" means
// "import file", whose help has the options.
func helpOf(ctx *kong.Context) (call string, commands []string) {
	node := ctx.Model.Node
	for _, p := range ctx.Path {
		if p.Command != nil {
			node = p.Command
		}
	}
	if node.DefaultCmd != nil {
		node = node.DefaultCmd
	}
	for _, child := range node.Children {
		commands = append(commands, child.Name)
	}
	return node.FullPath() + " --help", commands
}

// spelledOut reads kong's list of flags, arguments or values: "--territory=STRING", "\"fr\",\"en\",\"\"", "<file>".
func spelledOut(list string) []string {
	items := strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' || r == '"' })
	for i, item := range items {
		if strings.HasPrefix(item, "--") {
			items[i], _, _ = strings.Cut(item, "=")
		}
	}
	return slices.DeleteFunc(items, func(s string) bool { return s == "..." })
}

// joinNegative ties "--near" to a "-22.27,166.44" that follows, which would be taken for flags: half of the world lies
// south or west.
func joinNegative(args []string) []string {
	negative := regexp.MustCompile(`^-\.?\d`)
	out := make([]string, 0, len(args))
	for i := 0; i < len(args); i++ {
		if args[i] == "--" {
			return append(out, args[i:]...)
		}
		if (args[i] == "--near" || args[i] == "--bbox") && i+1 < len(args) && negative.MatchString(args[i+1]) {
			out = append(out, args[i]+"="+args[i+1])
			i++
			continue
		}
		out = append(out, args[i])
	}
	return out
}

// askingHelp takes "help import" for "import --help".
func askingHelp(args []string) []string {
	if len(args) > 0 && args[0] == "help" {
		return append(slices.Clone(args[1:]), "--help")
	}
	return args
}

// forgetEmpty takes a GRAPPE_* variable that is set to nothing for one that is not set: so a unit or a script can take a
// setting back.
func forgetEmpty() {
	for _, pair := range os.Environ() {
		if name, value, _ := strings.Cut(pair, "="); value == "" && strings.HasPrefix(name, "GRAPPE_") {
			_ = os.Unsetenv(name) // fails only for a name that no environment can hold
		}
	}
}
