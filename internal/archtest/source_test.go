package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

const module = "grappe"

// goFile is one hand-written Go file of the product.
type goFile struct {
	name  string // path from the root, with slashes
	dir   string // its folder
	test  bool
	text  []byte
	ast   *ast.File
	fset  *token.FileSet
	paths []string // what it imports
}

// at gives a place as file:line.
func (f *goFile) at(n ast.Node) string {
	return f.name + ":" + strconv.Itoa(f.fset.Position(n.Pos()).Line)
}

func (f *goFile) lines() int { return strings.Count(string(f.text), "\n") }

// source is what the rules read.
type source struct {
	files []*goFile         // of the product's module
	texts map[string][]byte // every text file, by its path from the root
}

var load = sync.OnceValues(readSource)

func sources(t *testing.T) source {
	t.Helper()
	s, err := load()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// root is the repository's folder, seen from this package's.
var root = filepath.Join("..", "..")

// skipped folders hold nothing that was written by hand here.
func skipped(name string) bool {
	switch name {
	case ".git", "node_modules", "bin", "web/dist", "grappe-data":
		return true
	}
	return path.Base(name) == "node_modules" || path.Base(name) == "testdata" || strings.HasPrefix(name, "bench/results")
}

// otherModule reports whether the file belongs to a module beside the product's.
func otherModule(name string) bool {
	return strings.HasPrefix(name, "tools/") || strings.HasPrefix(name, "bench/")
}

func readSource() (source, error) {
	s := source{texts: map[string][]byte{}}
	fset := token.NewFileSet()
	err := filepath.WalkDir(root, func(p string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, p)
		if err != nil {
			return err
		}
		name := filepath.ToSlash(rel)
		if entry.IsDir() {
			if skipped(name) {
				return filepath.SkipDir
			}
			return nil
		}
		return s.add(fset, name)
	})
	return s, err
}

// textKinds are the endings of files that people write.
var textKinds = []string{".go", ".mod", ".sum", ".sql", ".html", ".css", ".ts", ".js", ".json", ".yaml", ".yml", ".md", ".txt", ".sh", ".service"}

func (s *source) add(fset *token.FileSet, name string) error {
	kind := path.Ext(name)
	if kind != "" && !slices.Contains(textKinds, kind) {
		return nil
	}
	text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
	if err != nil {
		return err
	}
	s.texts[name] = text
	if kind != ".go" || otherModule(name) {
		return nil
	}
	tree, err := parser.ParseFile(fset, name, text, parser.ParseComments)
	if err != nil {
		return err
	}
	if ast.IsGenerated(tree) {
		return nil
	}
	f := &goFile{name: name, dir: path.Dir(name), test: strings.HasSuffix(name, "_test.go"), text: text, ast: tree, fset: fset}
	for _, spec := range tree.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return err
		}
		f.paths = append(f.paths, imported)
	}
	s.files = append(s.files, f)
	return nil
}

// folders gives the files of each package, by folder.
func (s source) folders() map[string][]*goFile {
	all := map[string][]*goFile{}
	for _, f := range s.files {
		all[f.dir] = append(all[f.dir], f)
	}
	return all
}
