// Package cellar is cool.
package cellar

const Bottles = 3
