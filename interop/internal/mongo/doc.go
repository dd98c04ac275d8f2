// Package mongo reads conditions in the style of MongoDB, of MongoDB itself, GrowthBook and Keila,
// and writes filters of MongoDB.
//
// # Reading the code
//
// In reading order: mongo.go (fields, groups and values); ops.go (operators); expr.go ({$expr:
// …}); export.go (a condition as a filter); export_list.go (lists and windows of time in it).
package mongo
