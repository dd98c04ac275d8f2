package tidy

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// A Chapter is some files of a package.
type Chapter struct {
	Name  string
	Files []string // patterns as path.Match has them; of those that match a file, the one with most letters counts
}

// A Book is a package in chapters.
type Book struct {
	Folder string
	// Upward is how many arrows upward are left: no more may be, and where there
	// are fewer, this number is to be made smaller.
	Upward   int
	Chapters []Chapter // the first knows none of the others
}

// chapterOf returns the number of a file's chapter, or -1.
func (b Book) chapterOf(file string) int {
	found, length := -1, 0
	for i, c := range b.Chapters {
		for _, pattern := range c.Files {
			letters := len(pattern) - strings.Count(pattern, "*")
			if ok, _ := path.Match(pattern, file); ok && letters > length {
				found, length = i, letters
			}
		}
	}
	return found
}

// An Arrow is a use of a declaration in a later chapter.
type Arrow struct {
	At         token.Position // of the use
	In         string         // the declaration that it stands in
	Of         string         // what is used, a method or field behind its type's name
	Declared   token.Position
	From, Into string // the chapters
}

func (a Arrow) String() string {
	return fmt.Sprintf("%s:%d: %s (%s) uses %s, which %s declares (%s)", a.At.Filename, a.At.Line, a.In, a.From, a.Of, a.Declared.Filename, a.Into)
}

// Arrows finds the arrows upward in a book, in order of place, one for each
// name that a declaration uses. Files of no chapter are returned too.
func (m *Module) Arrows(b Book) (arrows []Arrow, homeless []string, err error) {
	i := slices.IndexFunc(m.Packages, func(p *Package) bool { return p.Folder == b.Folder })
	if i < 0 {
		return nil, nil, fmt.Errorf("there is no package in %s", b.Folder)
	}
	p := m.Packages[i]
	info, err := m.check(p)
	if err != nil {
		return nil, nil, err
	}
	for _, f := range p.Files {
		if f.Name == "doc.go" {
			continue // declares nothing
		}
		from := b.chapterOf(f.Name)
		if from < 0 {
			homeless = append(homeless, path.Join(b.Folder, f.Name))
			continue
		}
		seen := map[[2]string]bool{}
		for _, d := range f.Syntax.Decls {
			ast.Inspect(d, func(n ast.Node) bool {
				id, ok := n.(*ast.Ident)
				if !ok {
					return true
				}
				used := info.Uses[id]
				if used == nil || used.Pkg() == nil || used.Pkg().Path() != p.Path {
					return true
				}
				declared := m.position(used.Pos())
				into := b.chapterOf(path.Base(declared.Filename))
				if into <= from {
					return true
				}
				a := Arrow{m.position(id.Pos()), declName(d, id), objectName(used), declared, b.Chapters[from].Name, b.Chapters[into].Name}
				if key := [2]string{a.In, a.Of}; !seen[key] {
					seen[key] = true
					arrows = append(arrows, a)
				}
				return true
			})
		}
	}
	return arrows, homeless, nil
}

// position is a place with the file's name alone.
func (m *Module) position(pos token.Pos) token.Position {
	at := m.fset.Position(pos)
	at.Filename = filepath.Base(at.Filename)
	return at
}

// declName names the declaration in which a name stands.
func declName(d ast.Decl, id *ast.Ident) string {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Recv != nil {
			return types.ExprString(d.Recv.List[0].Type) + "." + d.Name.Name
		}
		return d.Name.Name
	case *ast.GenDecl:
		for _, s := range d.Specs {
			if id.Pos() < s.Pos() || s.End() <= id.Pos() {
				continue
			}
			switch s := s.(type) {
			case *ast.TypeSpec:
				return s.Name.Name
			case *ast.ValueSpec:
				return s.Names[0].Name
			}
		}
	}
	return "?"
}

func objectName(o types.Object) string {
	if f, ok := o.(*types.Func); ok {
		if recv := f.Signature().Recv(); recv != nil {
			return types.TypeString(recv.Type(), func(*types.Package) string { return "" }) + "." + f.Name()
		}
	}
	if v, ok := o.(*types.Var); ok && v.IsField() {
		return "the field " + v.Name()
	}
	return o.Name()
}
