package archtest

import (
	"go/ast"
	"path"
	"slices"
	"strings"
	"testing"
)

const (
	longestFile     = 400
	longestTestFile = 600
	longestFunction = 60
	mostMethods     = 6
)

// Rule: a package has one doc comment, which says what it is for and what it must not know.
// Reason: it is the first thing a newcomer reads of a room, and the line that keeps the room small.
func TestPackagesSayWhatTheyAreFor(t *testing.T) {
	for dir, files := range sources(t).folders() {
		var docs []*goFile
		onlyTests := !slices.ContainsFunc(files, func(f *goFile) bool { return !f.test })
		for _, f := range files {
			if f.ast.Doc != nil && (!f.test || onlyTests) {
				docs = append(docs, f)
			}
		}
		if len(docs) != 1 {
			t.Errorf("%s: %d doc comments of the package, not one", dir, len(docs))
			continue
		}
		text := strings.Join(strings.Fields(docs[0].ast.Doc.Text()), " ")
		name := docs[0].ast.Name.Name
		if !strings.HasPrefix(text, "Package "+name+" ") && (name != "main" || !strings.HasPrefix(text, "Command ")) {
			t.Errorf("%s: the doc comment does not begin with the package's name", docs[0].name)
		}
		if !strings.Contains(text, "must not") && !strings.Contains(text, "never") {
			t.Errorf("%s: the doc comment does not say what the package must not know", docs[0].name)
		}
	}
}

// Rule: hand-written files have at most 400 lines (tests 600), functions 60 (tests excepted).
// Reason: what does not fit a reader's head at once is split while it is easy.
func TestFilesAndFunctionsStayShort(t *testing.T) {
	s := sources(t)
	for _, f := range s.files {
		limit := longestFile
		if f.test {
			limit = longestTestFile
		}
		if n := f.lines(); n > limit {
			t.Errorf("%s has %d lines, more than %d", f.name, n, limit)
		}
		if f.test {
			continue
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			switch n.(type) {
			case *ast.FuncDecl, *ast.FuncLit:
				if lines := f.fset.Position(n.End()).Line - f.fset.Position(n.Pos()).Line + 1; lines > longestFunction {
					t.Errorf("%s: a function of %d lines, more than %d", f.at(n), lines, longestFunction)
				}
			}
			return true
		})
	}
	for name, text := range s.texts {
		if kind := path.Ext(name); kind != ".ts" && kind != ".css" && kind != ".html" && kind != ".sql" {
			continue
		}
		if n := strings.Count(string(text), "\n"); n > longestFile {
			t.Errorf("%s has %d lines, more than %d", name, n, longestFile)
		}
	}
}

// Rule: no package is named for what it is not.
// Reason: util, common and helpers attract whatever has no home, and everything comes to depend on them.
func TestPackagesHaveNames(t *testing.T) {
	banned := []string{"util", "utils", "common", "helper", "helpers", "misc", "shared", "base", "lib", "core", "types", "models"}
	for dir, files := range sources(t).folders() {
		if slices.Contains(banned, path.Base(dir)) || slices.Contains(banned, files[0].ast.Name.Name) {
			t.Errorf("%s: a package's name says what it is for", dir)
		}
	}
}

// Rule: no init function.
// Reason: what happens is what main calls, in an order that one can read.
func TestNoInit(t *testing.T) {
	for _, f := range sources(t).files {
		for _, decl := range f.ast.Decls {
			if fn, ok := decl.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
				t.Errorf("%s: a func init", f.at(fn))
			}
		}
	}
}

// Rule: an interface has at most six methods, counting each embedded one as one.
// Reason: a consumer declares the little that it needs; a large interface is a type in disguise that nobody can replace.
func TestInterfacesStaySmall(t *testing.T) {
	for _, f := range sources(t).files {
		ast.Inspect(f.ast, func(n ast.Node) bool {
			it, ok := n.(*ast.InterfaceType)
			if !ok {
				return true
			}
			methods := 0
			for _, field := range it.Methods.List {
				methods += max(1, len(field.Names))
			}
			if methods > mostMethods {
				t.Errorf("%s: an interface of %d methods, more than %d", f.at(it), methods, mostMethods)
			}
			return true
		})
	}
}

// Rule: no test sleeps.
// Reason: a sleep is too short on a busy machine and too long on any other: tests wait for what they wait for.
func TestTestsDoNotSleep(t *testing.T) {
	for _, f := range sources(t).files {
		if !f.test && !strings.HasSuffix(f.dir, "test") {
			continue
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok && sel.Sel.Name == "Sleep" {
				if x, ok := sel.X.(*ast.Ident); ok && x.Name == "time" {
					t.Errorf("%s: a test sleeps", f.at(n))
				}
			}
			return true
		})
	}
}

// Rule: no file leaves work for later.
// Reason: such notes are never found again. What is missing is an issue, or is done now.
func TestNothingIsLeftForLater(t *testing.T) {
	marks := []string{"TO" + "DO", "FIX" + "ME", "XX" + "X:", "HA" + "CK:"}
	for name, text := range sources(t).texts {
		if strings.HasSuffix(name, ".sum") || strings.HasSuffix(name, ".json") {
			continue
		}
		number := 0
		for line := range strings.Lines(string(text)) {
			number++
			for _, mark := range marks {
				if strings.Contains(line, mark) {
					t.Errorf("%s:%d: %s", name, number, mark)
				}
			}
		}
	}
}

// Rule: no file names a package registry.
// Reason: where packages come from is the machine's own setting (a mirror, a cache); a name in a lock file overrides it.
func TestNoRegistryIsNamed(t *testing.T) {
	hosts := []string{
		"registry." + "npmjs.org", "registry." + "yarnpkg.com", "registry." + "npmmirror.com", "proxy." + "golang.org", "sum." + "golang.org",
		"goproxy." + "io", "goproxy." + "cn", "pypi" + ".org", "files." + "pythonhosted.org", "deb." + "debian.org", "index." + "crates.io",
		"cdn." + "jsdelivr.net", "unpkg" + ".com", "esm" + ".sh", "cdnjs." + "cloudflare.com",
	}
	for name, text := range sources(t).texts {
		for _, host := range hosts {
			if strings.Contains(string(text), host) {
				t.Errorf("%s names %s", name, host)
			}
		}
		if path.Base(name) == "package-lock.json" && strings.Contains(string(text), `"resolved":`) {
			t.Errorf("%s names where packages come from: write it with npm's omit-lockfile-registry-resolved", name)
		}
	}
}

// Rule: a page that embeds ui.Frame declares no field that the frame has.
// Reason: the layout would show the page's own in its place: the question of one form stood in the banner of the site, and on other
// pages an empty field took away the warning that all is fictional.
func TestPagesHideNothingOfTheirFrame(t *testing.T) {
	framed := map[string]bool{}
	fields := func(n ast.Node, each func(name string)) {
		for _, field := range n.(*ast.StructType).Fields.List {
			for _, name := range field.Names {
				each(name.Name)
			}
		}
	}
	structs(t, func(f *goFile, name string, s *ast.StructType) {
		if f.dir == "internal/platform/ui" && name == "Frame" {
			fields(s, func(name string) { framed[name] = true })
		}
	})
	if len(framed) < 20 {
		t.Fatalf("the frame has %d fields: is it still ui.Frame?", len(framed))
	}
	structs(t, func(f *goFile, page string, s *ast.StructType) {
		if !slices.ContainsFunc(s.Fields.List, func(field *ast.Field) bool { return field.Names == nil && selector(field.Type) == "ui.Frame" }) {
			return
		}
		fields(s, func(name string) {
			if framed[name] {
				t.Errorf("%s: %s.%s hides the frame's own", f.at(s), page, name)
			}
		})
	})
}

// structs calls f for each named struct of the product.
func structs(t *testing.T, f func(file *goFile, name string, s *ast.StructType)) {
	t.Helper()
	for _, file := range sources(t).files {
		ast.Inspect(file.ast, func(n ast.Node) bool {
			if spec, ok := n.(*ast.TypeSpec); ok {
				if s, ok := spec.Type.(*ast.StructType); ok {
					f(file, spec.Name.Name, s)
				}
			}
			return true
		})
	}
}
