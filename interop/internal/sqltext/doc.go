// Package sqltext reads conditions in SQL, as far as segments are written in it. What differs
// between systems, their tables, columns and functions, they give to a [Query].
//
// # Reading the code
//
// In reading order: sql.go (a query, its values and tests); values.go (comparisons and
// arithmetic); terms.go (constants, columns, casts, functions); rows.go (tests of the rows of
// events); predicate.go (AND, OR, NOT and what stands behind a value); select.go (statements and
// sub-selects).
package sqltext
