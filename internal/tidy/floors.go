package tidy

import (
	"fmt"
	"slices"
)

// BrokenFloors lists the imports of packages on the same floor or a higher one,
// and the packages that stand on none.
func (m *Module) BrokenFloors(floors [][]string) (broken []string) {
	floorOf := func(folder string) int {
		return slices.IndexFunc(floors, func(floor []string) bool { return slices.Contains(floor, folder) })
	}
	for _, p := range m.Packages {
		at := floorOf(p.Folder)
		if at < 0 {
			broken = append(broken, fmt.Sprintf("%s stands on no floor: give it one in house.go", p.Folder))
			continue
		}
		for _, used := range p.Imports {
			if below := floorOf(used); below >= at {
				broken = append(broken, fmt.Sprintf("%s, on floor %d, imports %s, on floor %d: a package imports only from floors below", p.Folder, at, used, below))
			}
		}
	}
	return broken
}
