// Package pebbletest cuts the power under the log of package durable in another model of a
// disk than its own: the file system in memory of the database Pebble, whose crash clones
// lose what was not synced, file by file and name by name. Two models that were written
// apart are less likely to be wrong in the same way.
//
//	cd durable/pebbletest && go test .                    # some seconds
//	PEBBLE_CRASHES=100000 go test -timeout 1h .
package pebbletest
