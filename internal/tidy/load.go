package tidy

import (
	"bytes"
	"encoding/json"
	"errors"
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
	"strings"
)

// A Module is the code of a module, without its tests and without the modules
// nested in it.
type Module struct {
	Packages []*Package
	fset     *token.FileSet
	exports  map[string]string // by import path: the file with what the compiler wrote of it
}

// A Package is one of a module.
type Package struct {
	Folder  string   // from the root of the module, with slashes; "." is the root
	Path    string   // as it is imported
	Name    string   // main for a program
	Imports []string // packages of the module alone, as folders
	Files   []*File
}

// A File is one of a package.
type File struct {
	Name   string // without folders
	Lines  int
	Syntax *ast.File
}

// Load reads the module whose root is a folder. It asks the go command for the
// packages, and parses their files.
func Load(root string) (*Module, error) {
	list := exec.Command("go", "list", "-deps", "-export", "-json=ImportPath,Name,Dir,GoFiles,Imports,Export,Module", "./...")
	list.Dir = root
	var out, errs bytes.Buffer
	list.Stdout, list.Stderr = &out, &errs
	if err := list.Run(); err != nil {
		return nil, fmt.Errorf("go list: %v: %s", err, errs.Bytes())
	}
	m := &Module{fset: token.NewFileSet(), exports: map[string]string{}}
	for dec := json.NewDecoder(&out); ; {
		var p struct {
			ImportPath, Name, Dir, Export string
			GoFiles, Imports              []string
			Module                        *struct {
				Path string
				Main bool
			}
		}
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return m, nil
		} else if err != nil {
			return nil, err
		}
		m.exports[p.ImportPath] = p.Export
		if p.Module == nil || !p.Module.Main {
			continue
		}
		pkg := &Package{Folder: folderOf(p.Module.Path, p.ImportPath), Path: p.ImportPath, Name: p.Name}
		for _, path := range p.Imports {
			if path == p.Module.Path || strings.HasPrefix(path, p.Module.Path+"/") {
				pkg.Imports = append(pkg.Imports, folderOf(p.Module.Path, path))
			}
		}
		for _, name := range p.GoFiles {
			f, err := m.parse(filepath.Join(p.Dir, name))
			if err != nil {
				return nil, err
			}
			pkg.Files = append(pkg.Files, f)
		}
		m.Packages = append(m.Packages, pkg)
	}
}

func folderOf(module, path string) string {
	if path == module {
		return "."
	}
	return strings.TrimPrefix(path, module+"/")
}

func (m *Module) parse(path string) (*File, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	syntax, err := parser.ParseFile(m.fset, path, text, parser.ParseComments|parser.SkipObjectResolution)
	return &File{filepath.Base(path), bytes.Count(text, []byte("\n")), syntax}, err
}

// check finds out what every name in a package stands for.
func (m *Module) check(p *Package) (*types.Info, error) {
	conf := types.Config{Importer: importer.ForCompiler(m.fset, "gc", func(path string) (io.ReadCloser, error) {
		return os.Open(m.exports[path])
	})}
	info := &types.Info{Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{}}
	var files []*ast.File
	for _, f := range p.Files {
		files = append(files, f.Syntax)
	}
	_, err := conf.Check(p.Path, m.fset, files, info)
	return info, err
}
