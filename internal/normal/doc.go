// Package normal brings a tree into the normal form that programs, the index,
// SQL and lint share: NOT at the leaves only, flat groups without repetition,
// constants on the right. The meaning stays the same for every contact at every
// instant.
//
// A term is a condition in normal form with two digests: of itself and of its
// negation. Equal conditions have equal digests, so that `a OR a` and `a OR NOT a`
// are found by a look-up, and whole trees never are compared pair by pair.
//
// normal.go the tree from the root down; group.go AND and OR; leaf.go single
// conditions; digest.go the digests.
package normal
