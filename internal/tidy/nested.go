package tidy

import (
	"fmt"
	"strings"
)

// Pages is a package in which each file is a chapter of its own, in reading order. Files that
// only together are a chapter, such as those of several systems, stand in one text with
// spaces between them.
func Pages(folder string, chapters ...string) Book {
	b := Book{Folder: folder}
	for _, files := range chapters {
		all := strings.Fields(files)
		b.Chapters = append(b.Chapters, Chapter{Name: all[0], Files: all})
	}
	return b
}

// Faults reads the module at root, and says where it breaks the rules that hold in a nested
// module as in the root: no file names what a later chapter declares, every file of a book is
// in a chapter, names have comments, large files open with their idea, packages have a
// doc.go, and nothing is dead.
func Faults(root string, books ...Book) (faults []string, err error) {
	m, err := Load(root)
	if err != nil {
		return nil, err
	}
	for _, b := range books {
		arrows, homeless, err := m.Arrows(b)
		if err != nil {
			return nil, err
		}
		for _, a := range arrows {
			faults = append(faults, a.String())
		}
		for _, file := range homeless {
			faults = append(faults, fmt.Sprintf("%s is in no chapter", file))
		}
	}
	dead, err := m.Dead()
	if err != nil {
		return nil, err
	}
	for _, of := range []struct {
		what  string
		names []string
	}{{"no doc comment", m.Undocumented()}, {"no idea", m.WithoutIdea(LinesOfIdea)}, {"no doc.go", m.WithoutDoc()}, {"no use", dead}} {
		for _, name := range of.names {
			faults = append(faults, fmt.Sprintf("%s has %s", name, of.what))
		}
	}
	return faults, nil
}
