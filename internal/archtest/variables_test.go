package archtest

import (
	"go/ast"
	"go/token"
	"slices"
	"strings"
	"testing"
)

// Rule: no package variable changes.
// Reason: a variable that anyone may write makes tests depend on each other and goroutines race; state belongs to a
// value that somebody makes and hands on. A variable that is set where it is declared and never written again is a
// constant that Go cannot spell: an error, a regular expression, a table, a sync.OnceValue. So a package variable
// must have a value (embedded files excepted), must not be of a kind that exists to change, and no statement may
// assign to it, to a part of it, or take its address. Tests are read too: they share a process.
func TestNoPackageVariableChanges(t *testing.T) {
	for _, files := range sources(t).folders() {
		vars := map[string]*ast.ValueSpec{}
		for _, f := range files {
			for _, spec := range packageVariables(f.ast) {
				judgeVariable(t, f, spec)
				for _, name := range spec.Names {
					vars[name.Name] = spec
				}
			}
		}
		for _, f := range files {
			findWrites(t, f, vars)
		}
	}
}

func packageVariables(tree *ast.File) []*ast.ValueSpec {
	var specs []*ast.ValueSpec
	for _, decl := range tree.Decls {
		gen, ok := decl.(*ast.GenDecl)
		if !ok || gen.Tok != token.VAR {
			continue
		}
		for _, s := range gen.Specs {
			spec := s.(*ast.ValueSpec)
			if len(spec.Names) == 1 && spec.Names[0].Name == "_" {
				continue // an interface guard
			}
			specs = append(specs, spec)
		}
	}
	return specs
}

// changing are the types whose values exist to be changed.
var changing = []string{
	"sync.Mutex", "sync.RWMutex", "sync.Map", "sync.Once", "sync.WaitGroup", "sync.Pool", "sync.Cond",
	"atomic.Bool", "atomic.Int32", "atomic.Int64", "atomic.Uint32", "atomic.Uint64", "atomic.Value", "atomic.Pointer",
	"bytes.Buffer", "strings.Builder",
}

func judgeVariable(t *testing.T, f *goFile, spec *ast.ValueSpec) {
	t.Helper()
	name := spec.Names[0].Name
	if len(spec.Values) == 0 && selector(spec.Type) != "embed.FS" && !embedded(f, spec) {
		t.Errorf("%s: the package variable %s has no value, so something must write it", f.at(spec), name)
	}
	for _, value := range spec.Values {
		ast.Inspect(value, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncLit:
				return false // what a function makes when it is called is its own
			case *ast.ChanType:
				t.Errorf("%s: the package variable %s is a channel", f.at(n), name)
			case *ast.SelectorExpr:
				if slices.Contains(changing, selector(n)) {
					t.Errorf("%s: the package variable %s is a %s", f.at(n), name, selector(n))
				}
			}
			return true
		})
	}
}

// embedded reports whether the variable is a file embedded as text or bytes.
func embedded(f *goFile, spec *ast.ValueSpec) bool {
	line := f.fset.Position(spec.Pos()).Line
	for _, group := range f.ast.Comments {
		for _, c := range group.List {
			if strings.HasPrefix(c.Text, "//go:embed ") && f.fset.Position(c.Pos()).Line == line-1 {
				return true
			}
		}
	}
	return false
}

// selector writes pkg.Name, empty for any other expression.
func selector(e ast.Expr) string {
	sel, ok := e.(*ast.SelectorExpr)
	if !ok {
		return ""
	}
	if x, ok := sel.X.(*ast.Ident); ok {
		return x.Name + "." + sel.Sel.Name
	}
	return ""
}

// findWrites reports the statements of a file that write a package variable, of this package or of an imported one.
func findWrites(t *testing.T, f *goFile, vars map[string]*ast.ValueSpec) {
	t.Helper()
	imports := map[string]bool{}
	for i, spec := range f.ast.Imports {
		name := f.paths[i][strings.LastIndexByte(f.paths[i], '/')+1:]
		if spec.Name != nil {
			name = spec.Name.Name
		}
		imports[name] = true
	}
	check := func(at ast.Node, target ast.Expr) {
		id, selected := rootOf(target)
		if id == nil {
			return
		}
		spec := vars[id.Name]
		switch {
		case spec != nil && (id.Obj == nil || id.Obj.Decl == spec):
			t.Errorf("%s: writes the package variable %s", f.at(at), id.Name)
		case spec == nil && id.Obj == nil && selected && imports[id.Name]:
			t.Errorf("%s: writes a variable of package %s", f.at(at), id.Name)
		}
	}
	ast.Inspect(f.ast, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			if n.Tok != token.DEFINE {
				for _, target := range n.Lhs {
					check(n, target)
				}
			}
		case *ast.IncDecStmt:
			check(n, n.X)
		case *ast.SendStmt:
			check(n, n.Chan)
		case *ast.UnaryExpr:
			if n.Op == token.AND {
				check(n, n.X)
			}
		case *ast.CallExpr:
			if fn, ok := n.Fun.(*ast.Ident); ok && len(n.Args) > 0 && slices.Contains([]string{"delete", "clear", "copy"}, fn.Name) {
				check(n, n.Args[0])
			}
		}
		return true
	})
}

// rootOf is the variable that an expression is a part of, and whether a field or a package's member was selected.
func rootOf(e ast.Expr) (id *ast.Ident, selected bool) {
	for {
		switch x := e.(type) {
		case *ast.Ident:
			return x, selected
		case *ast.SelectorExpr:
			e, selected = x.X, true
		case *ast.IndexExpr:
			e = x.X
		case *ast.SliceExpr:
			e = x.X
		case *ast.StarExpr:
			e = x.X
		case *ast.ParenExpr:
			e = x.X
		default:
			return nil, false
		}
	}
}
