package sqlgen

import (
	"testing"

	"github.com/segmentrules/segment/sqlgen/tables"
)

// TestEveryPairOfClassesIsListed wants a function for each pair of classes, in
// one order of the two at least: those that are not comparable are listed as
// left to Go or as unlike.
func TestEveryPairOfClassesIsListed(t *testing.T) {
	for a := range classes {
		for b := range a + 1 {
			if termComparisons[a][b] == nil && termComparisons[b][a] == nil {
				t.Errorf("the classes %d and %d are not in the table", a, b)
			}
		}
	}
}

// TestEveryTypeHasAClass keeps a new type from being taken for the class that
// happens to be 0.
func TestEveryTypeHasAClass(t *testing.T) {
	used := make(map[class]bool)
	for _, typ := range tables.Types() {
		c, ok := classOf[typ]
		if !ok {
			t.Errorf("the type %s has no class", typ)
		}
		used[c] = true
	}
	used[classWritten] = true // a property of an event, of one of the types of instants and days
	if len(classOf) != len(tables.Types()) || len(used) != int(classes) {
		t.Errorf("%d types have a class, of %d; %d classes are used, of %d", len(classOf), len(tables.Types()), len(used), classes)
	}
}
