// Package shop is the data of the examples: the 18,148 contacts and 25,164 orders of
// Microsoft's AdventureWorks sample, and eight segments over them.
//
// In reading order: load.go what an index is told; segments.go the rules.
package shop
