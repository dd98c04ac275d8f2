package textset

import (
	"cmp"
	"maps"
	"slices"
)

func SortedKeys[K cmp.Ordered, V any](m map[K]V) []K {
	return slices.Sorted(maps.Keys(m))
}
