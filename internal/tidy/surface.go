package tidy

import (
	"fmt"
	"go/ast"
	"go/printer"
	"path"
	"strings"
)

// The surface of a package is what it exports. api.txt lists it, one feature a
// line, so that a change of it is seen in review.

// Surface lists the exported declarations of a package, in no order.
func (m *Module) Surface(p *Package) (lines []string) {
	for _, f := range p.Files {
		for _, d := range f.Syntax.Decls {
			lines = append(lines, m.exported(p.Name, d)...)
		}
	}
	return lines
}

// Undocumented lists the exported names without a doc comment.
func (m *Module) Undocumented() (names []string) {
	for _, p := range m.Packages {
		if p.Name == "main" {
			continue
		}
		for _, f := range p.Files {
			for _, d := range f.Syntax.Decls {
				for _, name := range undocumented(d) {
					names = append(names, path.Join(p.Folder, f.Name)+": "+name)
				}
			}
		}
	}
	return names
}

// undocumented names what a declaration exports without a doc comment.
func undocumented(d ast.Decl) (names []string) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Name.IsExported() && d.Doc == nil && receiverExported(d) {
			names = append(names, d.Name.Name)
		}
	case *ast.GenDecl:
		for _, s := range d.Specs {
			switch s := s.(type) {
			case *ast.TypeSpec:
				if s.Name.IsExported() && d.Doc == nil && s.Doc == nil {
					names = append(names, s.Name.Name)
				}
			case *ast.ValueSpec:
				for _, n := range s.Names {
					if n.IsExported() && d.Doc == nil && s.Doc == nil && s.Comment == nil {
						names = append(names, n.Name)
					}
				}
			}
		}
	}
	return names
}

// receiverExported also excuses String, which the interface documents.
func receiverExported(d *ast.FuncDecl) bool {
	if d.Recv == nil {
		return true
	}
	typ := d.Recv.List[0].Type
	if star, ok := typ.(*ast.StarExpr); ok {
		typ = star.X
	}
	if index, ok := typ.(*ast.IndexExpr); ok {
		typ = index.X
	}
	id, ok := typ.(*ast.Ident)
	return ok && id.IsExported() && d.Name.Name != "String"
}

// exported lists the exported parts of a declaration, one feature a line.
func (m *Module) exported(pkg string, d ast.Decl) (lines []string) {
	add := func(format string, args ...any) {
		lines = append(lines, pkg+": "+strings.Join(strings.Fields(fmt.Sprintf(format, args...)), " "))
	}
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Name.IsExported() && (d.Recv == nil || receiverExported(d)) {
			sig := *d
			sig.Body, sig.Doc = nil, nil
			add("%s", m.source(&sig))
		}
	case *ast.GenDecl:
		for _, s := range d.Specs {
			switch s := s.(type) {
			case *ast.TypeSpec:
				if s.Name.IsExported() {
					m.typeLines(s, add)
				}
			case *ast.ValueSpec:
				for _, n := range s.Names {
					if n.IsExported() {
						add("%s %s", d.Tok, n.Name)
					}
				}
			}
		}
	}
	return lines
}

func (m *Module) typeLines(s *ast.TypeSpec, add func(string, ...any)) {
	switch typ := s.Type.(type) {
	case *ast.StructType:
		add("type %s struct", s.Name.Name)
		for _, field := range typ.Fields.List {
			for _, n := range field.Names {
				if n.IsExported() {
					add("type %s struct, %s %s", s.Name.Name, n.Name, m.source(field.Type))
				}
			}
		}
	case *ast.InterfaceType:
		add("type %s interface", s.Name.Name)
		for _, method := range typ.Methods.List {
			for _, n := range method.Names {
				if n.IsExported() {
					add("type %s interface, %s%s", s.Name.Name, n.Name, strings.TrimPrefix(m.source(method.Type), "func"))
				}
			}
		}
	default:
		add("type %s %s", s.Name.Name, m.source(s.Type))
	}
}

// source is a piece of syntax as text.
func (m *Module) source(node any) string {
	var b strings.Builder
	if err := printer.Fprint(&b, m.fset, node); err != nil {
		return err.Error()
	}
	return b.String()
}
