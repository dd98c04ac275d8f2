// Package column holds the fields of very many contacts: one column for every
// field name, in blocks of 65,536 rows, each block in the smallest typed form
// that says its values exactly. [Table.Get] gives back the very value that
// [Table.Set] was given, and [Selector.Select] tests a block at a time.
//
// One goroutine writes to a [Table]; many may read the [View]s it gives out.
//
// # Reading order
//
// column.go the table and its blocks; class.go which form holds which values; ints.go,
// texts.go, codes.go with dictionary.go, strip.go and planes.go the forms; values.go one
// value in and out; view.go what readers see; select.go tests a block at a time;
// encode.go and decode.go the bytes in a snapshot.
package column
