package segment_test

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// An unexported function or method that no code but tests names is dead. The checker
// of types says which one a name means, so that one that shares its name with another
// is seen.
func TestNoDeadFunctions(t *testing.T) {
	folders := map[string][]sourceFile{}
	for _, f := range sources(t) {
		if !f.test() {
			folders[f.folder()] = append(folders[f.folder()], f)
		}
	}
	compiled := exportData(t)
	for folder, files := range folders {
		for _, dead := range deadFunctions(t, folder, files, compiled) {
			t.Error(dead)
		}
	}
}

// The check finds what it is for: a method that shares its name with one in use.
func TestDeadFunctionsAreFound(t *testing.T) {
	const text = `package p

type a struct{}
type b struct{}
type c[T any] struct{}
type shape interface{ area() int }

func (a) used() int      { return 1 }
func (b) used() int      { return 2 }
func (c[T]) generic() int { return 3 }
func (b) area() int      { return 4 }
func recursive()         { recursive() }

var _ = a{}.used() + c[int]{}.generic() + shape(b{}).area()
`
	got := deadFunctions(t, "p", []sourceFile{{path: "p.go", text: []byte(text)}}, nil)
	want := []string{"p.go:9: b.used is never used", "p.go:12: recursive is never used"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// deadFunctions lists the functions of a package that none of its other code uses.
func deadFunctions(t *testing.T, folder string, files []sourceFile, compiled map[string]string) (dead []string) {
	t.Helper()
	fset := token.NewFileSet()
	var syntax []*ast.File
	for _, f := range files {
		file, err := parser.ParseFile(fset, f.path, f.text, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		syntax = append(syntax, file)
	}
	info := types.Info{Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{}, Types: map[ast.Expr]types.TypeAndValue{}}
	conf := types.Config{Importer: importer.ForCompiler(fset, "gc", func(path string) (io.ReadCloser, error) {
		file, ok := compiled[path]
		if !ok {
			return nil, fmt.Errorf("%s is not compiled", path)
		}
		return os.Open(file)
	})}
	if _, err := conf.Check(module+"/"+folder, fset, syntax, &info); err != nil {
		t.Fatal(err)
	}
	used := map[types.Object]bool{}
	for _, file := range syntax {
		for _, d := range file.Decls {
			own := types.Object(nil)
			if fn, ok := d.(*ast.FuncDecl); ok {
				own = info.Defs[fn.Name]
			}
			ast.Inspect(d, func(n ast.Node) bool {
				if id, ok := n.(*ast.Ident); ok {
					if fn, ok := info.Uses[id].(*types.Func); ok && fn.Origin() != own {
						used[fn.Origin()] = true
					}
				}
				return true
			})
		}
	}
	asked := askedFor(info)
	for _, file := range syntax {
		for _, d := range file.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Name.IsExported() || fn.Name.Name == "main" || fn.Name.Name == "_" {
				continue
			}
			obj := info.Defs[fn.Name].(*types.Func)
			if !used[obj] && !asked[obj] {
				at := fset.Position(fn.Pos())
				dead = append(dead, fmt.Sprintf("%s:%d: %s is never used", at.Filename, at.Line, fullName(obj)))
			}
		}
	}
	return dead
}

// askedFor are the methods that a type has, by itself or from a type within it,
// because an interface that the package names or writes down asks for them.
func askedFor(info types.Info) map[types.Object]bool {
	var interfaces []*types.Interface
	for _, tv := range info.Types {
		if in, ok := tv.Type.Underlying().(*types.Interface); ok && tv.IsType() && in.NumMethods() > 0 && !slices.Contains(interfaces, in) {
			interfaces = append(interfaces, in)
		}
	}
	asked := map[types.Object]bool{}
	for _, obj := range info.Defs {
		name, ok := obj.(*types.TypeName)
		if !ok || types.IsInterface(name.Type()) {
			continue
		}
		typ := types.NewPointer(name.Type())
		for _, in := range interfaces {
			if !types.Implements(typ, in) {
				continue
			}
			for m := range in.Methods() {
				method, _, _ := types.LookupFieldOrMethod(typ, false, m.Pkg(), m.Name())
				asked[method] = true
			}
		}
	}
	return asked
}

// fullName is a function's name behind that of its receiver's type.
func fullName(fn *types.Func) string {
	recv := fn.Signature().Recv()
	if recv == nil {
		return fn.Name()
	}
	name := types.TypeString(recv.Type(), func(*types.Package) string { return "" })
	name, _, _ = strings.Cut(strings.TrimPrefix(name, "*"), "[")
	return name + "." + fn.Name()
}

// exportData says in which file the compiler has written down the types of each
// package that this module uses.
func exportData(t *testing.T) map[string]string {
	t.Helper()
	out, err := exec.Command("go", "list", "-export", "-deps", "-f", "{{.ImportPath}}\t{{.Export}}", "./...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	files := map[string]string{}
	for line := range bytes.Lines(out) {
		path, file, _ := strings.Cut(strings.TrimSpace(string(line)), "\t")
		if file != "" {
			files[path] = filepath.Clean(file)
		}
	}
	return files
}
