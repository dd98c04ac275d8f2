package tidy

import (
	"go/ast"
	"go/types"
	"path"
	"slices"
)

// Dead lists the unexported functions and methods that no code of their package
// names but tests. A method that an interface of the package asks for is used.
func (m *Module) Dead() (names []string, err error) {
	for _, p := range m.Packages {
		info, err := m.check(p)
		if err != nil {
			return nil, err
		}
		used, asked := map[types.Object]bool{}, map[string]bool{}
		for _, o := range info.Uses {
			if f, ok := o.(*types.Func); ok {
				used[f.Origin()] = true
			}
		}
		for _, o := range info.Defs {
			if t, ok := o.(*types.TypeName); ok {
				if i, ok := t.Type().Underlying().(*types.Interface); ok {
					for f := range i.ExplicitMethods() {
						asked[f.Name()] = true
					}
				}
			}
		}
		for _, f := range p.Files {
			for _, d := range f.Syntax.Decls {
				fn, ok := d.(*ast.FuncDecl)
				if !ok || fn.Name.IsExported() || slices.Contains([]string{"main", "init", "_"}, fn.Name.Name) {
					continue
				}
				if o := info.Defs[fn.Name]; !used[o] && (fn.Recv == nil || !asked[fn.Name.Name]) {
					names = append(names, path.Join(p.Folder, f.Name)+": "+objectName(o))
				}
			}
		}
	}
	return names, nil
}
