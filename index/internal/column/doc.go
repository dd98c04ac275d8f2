// Package column holds the fields of very many contacts: one column for every
// field name, in blocks of 65,536 rows, each block in the smallest typed form
// that says its values exactly. [Table.Get] gives back the very value that
// [Table.Set] was given, and [Selector.Select] tests a block at a time.
//
// For example, a column with the plan of every contact, one of five texts, takes three
// bits a row; one with the instants of signing up, in whole seconds, takes 33: 32 for the
// seconds, and one that says whether there is a value.
//
// One goroutine writes to a [Table]; many may read the [View]s it gives out.
//
// # The words
//
//   - strip: one block of a column, in one of the forms.
//   - class: a kind of values that can be counted, such as whole numbers or days, each
//     with a number that orders as the value does.
//   - dictionary: the distinct values of a column that has few; code: the place of a
//     value in it, 0 for null.
//   - planes: codes of at most 8 bits, taken apart by bit, so that one operation is about
//     64 rows.
//   - zone: the least and the greatest number of a strip, which often decide a test alone.
//   - mask: which rows of a block are asked about, or have passed.
//   - selector: a test made ready for one column, with what was found out so far.
//
// # Reading order
//
// column.go the table and its blocks; class.go which form holds which values; ints.go,
// texts.go, codes.go with dictionary.go, strip.go and planes.go the forms; values.go one
// value in and out; view.go what readers see; select.go tests a block at a time;
// encode.go and decode.go the bytes in a snapshot.
package column
