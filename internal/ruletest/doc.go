// Package ruletest grows random trees and contacts for the laws of the packages
// from rule up to lint. It is for tests alone.
//
// A [Grower] uses few names and values, so that conditions meet each other and
// contacts meet conditions; the same seed grows the same. Hosts and index use the
// richer generators of package segmenttest.
//
// random.go grows; values.go and schema.go are constants that several tests share.
package ruletest
