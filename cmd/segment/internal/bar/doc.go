// Package bar shows on a terminal how far a long piece of work is. It says what is done, and
// nothing else: the share is of bytes dealt with, not of bytes read ahead, it is full only
// when the work is at its end, and of work of which nobody knows the size there is no share.
package bar
