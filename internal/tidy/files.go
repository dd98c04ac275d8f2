package tidy

import (
	"go/ast"
	"go/token"
	"path"
	"slices"
	"strings"
)

// WithoutIdea lists the files of more than some lines that do not open with
// what they are about: in a comment above the package clause, between it and
// the first declaration, or on that declaration, of two lines at least.
func (m *Module) WithoutIdea(lines int) (files []string) {
	for _, p := range m.Packages {
		for _, f := range p.Files {
			if f.Lines > lines && !m.opensWithIdea(f.Syntax) {
				files = append(files, path.Join(p.Folder, f.Name))
			}
		}
	}
	return files
}

func (m *Module) opensWithIdea(f *ast.File) bool {
	first := token.Pos(f.FileEnd) // where the first declaration begins
	for _, d := range f.Decls {
		if g, ok := d.(*ast.GenDecl); !ok || g.Tok != token.IMPORT {
			first = d.Pos()
			break
		}
	}
	return slices.ContainsFunc(f.Comments, func(c *ast.CommentGroup) bool {
		text := strings.TrimSpace(c.Text()) // without //go:build and its like
		return c.Pos() < first && strings.Contains(text, "\n")
	})
}

// WithoutDoc lists the packages whose comment does not stand in a doc.go.
// Programs need none.
func (m *Module) WithoutDoc() (folders []string) {
	for _, p := range m.Packages {
		if p.Name != "main" && !slices.ContainsFunc(p.Files, func(f *File) bool { return f.Name == "doc.go" && f.Syntax.Doc != nil }) {
			folders = append(folders, p.Folder)
		}
	}
	return folders
}

// Lines is how many lines the code of a package has.
func (p *Package) Lines() (n int) {
	for _, f := range p.Files {
		n += f.Lines
	}
	return n
}
