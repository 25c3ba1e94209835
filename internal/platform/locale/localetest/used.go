package localetest

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Used scans the Go sources (tests apart), HTML templates and YAML presets under root and fails the test on a key that
// nothing names, and on a key of the same rooms (first segments) that is named and is not there. A composed key counts by its constant
// beginning up to a dot: "directory.category." + c, or printf "directory.category.%s".
func Used(t testing.TB, root string, keys []string) {
	t.Helper()
	faults, err := unused(os.DirFS(root), keys)
	if err != nil {
		t.Fatal(err)
	}
	for _, fault := range faults {
		t.Error(fault)
	}
}

// mention is one text constant of a source. It is sure when its place can only hold a key.
type mention struct {
	text, where string
	sure        bool
}

func unused(root fs.FS, keys []string) ([]string, error) {
	mentions, err := scan(root)
	if err != nil {
		return nil, err
	}
	known, rooms := map[string]bool{}, map[string]bool{}
	for _, key := range keys {
		known[key] = true
		room, _, _ := strings.Cut(key, ".")
		rooms[room] = true
	}
	named, beginnings := map[string]bool{}, []string{}
	var faults []string
	for _, m := range mentions {
		text, _, composed := strings.Cut(m.text, "%")
		room, _, _ := strings.Cut(text, ".")
		switch {
		case !rooms[room]:
		case known[text] && !composed:
			named[text] = true
		case composed || strings.HasSuffix(text, "."):
			beginnings = append(beginnings, text)
		case m.sure && isKey(text):
			faults = append(faults, fmt.Sprintf("%s: key %q is in no catalogue", m.where, text))
		}
	}
	for _, key := range keys {
		begun := func(b string) bool { return strings.HasPrefix(key, b) && strings.Contains(b, ".") }
		if !named[key] && !slices.ContainsFunc(beginnings, begun) {
			faults = append(faults, fmt.Sprintf("key %q is used nowhere", key))
		}
	}
	return faults, nil
}

func scan(root fs.FS) ([]mention, error) {
	var all []mention
	err := fs.WalkDir(root, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if name := d.Name(); path != "." && (name == "node_modules" || name == "testdata" || strings.HasPrefix(name, ".")) {
				return fs.SkipDir
			}
			return nil
		}
		found, err := scanFile(root, path)
		all = append(all, found...)
		return err
	})
	return all, err
}

func scanFile(root fs.FS, path string) ([]mention, error) {
	ext := filepath.Ext(path)
	isGo := ext == ".go" && !strings.HasSuffix(path, "_test.go")
	isText := ext == ".html" || ext == ".yaml" || ext == ".yml"
	if !isGo && !isText {
		return nil, nil
	}
	source, err := fs.ReadFile(root, path)
	if err != nil {
		return nil, err
	}
	if isGo {
		return scanGo(path, source)
	}
	return scanText(path, string(source)), nil
}

// scanText finds quoted texts; those that follow the template function t are sure.
func scanText(path, source string) []mention {
	quoted := regexp.MustCompile("(\\bt[ ]+)?[\"`]([a-z0-9_.%-]+)[\"`]")
	var found []mention
	for i, line := range strings.Split(source, "\n") {
		for _, m := range quoted.FindAllStringSubmatch(line, -1) {
			found = append(found, mention{m[2], fmt.Sprintf("%s:%d", path, i+1), m[1] != ""})
		}
	}
	return found
}

func scanGo(path string, source []byte) ([]mention, error) {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, path, source, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	sure := map[ast.Expr]bool{}
	var found []mention
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			if at, ok := keyArgument(n); ok {
				sure[n.Args[at]] = true
			}
		case *ast.KeyValueExpr:
			if name, ok := n.Key.(*ast.Ident); ok && name.Name == "Key" {
				sure[n.Value] = true
			}
		case *ast.BasicLit:
			if text, err := strconv.Unquote(n.Value); err == nil && n.Kind == token.STRING {
				where := files.Position(n.Pos())
				found = append(found, mention{text, fmt.Sprintf("%s:%d", path, where.Line), sure[n]})
			}
		}
		return true
	})
	return found, nil
}

// keyArgument tells which argument of a call is a key: p.T, p.Text, errs.New and errs.Wrap.
func keyArgument(call *ast.CallExpr) (int, bool) {
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return 0, false
	}
	at := -1
	pkg, _ := sel.X.(*ast.Ident)
	switch isErrs := pkg != nil && pkg.Name == "errs"; {
	case sel.Sel.Name == "T" || sel.Sel.Name == "Text" && !isErrs:
		at = 0
	case isErrs && sel.Sel.Name == "New":
		at = 1
	case isErrs && sel.Sel.Name == "Wrap":
		at = 2
	}
	return at, at >= 0 && at < len(call.Args)
}

func isKey(s string) bool {
	return regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z0-9_-]+)+$`).MatchString(s)
}

func fmtFault(lang, key, format string, args ...any) string {
	where := fmt.Sprintf("key %q: ", key)
	if lang != "" {
		where = lang + ".json, " + where
	}
	return where + fmt.Sprintf(format, args...)
}
