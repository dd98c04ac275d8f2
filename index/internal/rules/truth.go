package rules

import "slices"

// A Bit is where the truth of a leaf is found: a word, and a place in it. The
// words of one attribute hold its row; a leaf without an attribute has one to
// itself. A bit is for good, as long as its leaf is: steps and guards hold it.
type Bit uint32

// word is the number of the word that the bit is in.
func (b Bit) word() int { return int(b >> 6) }

// in reports whether the bit is set in its word.
func (b Bit) in(w uint64) bool { return w>>(b&63)&1 != 0 }

// always is a bit that is set: no leaf's. Its word is the first.
const always Bit = 0

// An owner is the attribute or leaf that a word belongs to.
type owner struct {
	attribute AttributeID // none if it is a leaf's
	leaf      LeafID
}

// words say which word belongs to whom.
type words struct {
	owners []owner
	free   []int32
}

// newWords has only the word of the bit that is always set.
func newWords() words { return words{owners: []owner{{None, None}}} }

// take returns a free word, which then belongs to the owner.
func (w *words) take(o owner) int32 { return take(&w.owners, &w.free, o) }

// give frees a word.
func (w *words) give(word int32) {
	w.owners[word] = owner{None, None}
	w.free = append(w.free, word)
}

// fork returns words that may change while the others stay as they are.
func (w *words) fork() words { return words{slices.Clone(w.owners), slices.Clone(w.free)} }

// A word is what is known of the leaves of a word: good in its epoch.
type word struct {
	bits  uint64
	epoch uint32
}
