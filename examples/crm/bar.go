package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

// A bar tells how far something is that takes long: in one line that is drawn again and again
// where that is a terminal, and else when a part is done.
type bar struct {
	w     io.Writer
	drawn bool
	what  string
	began time.Time
	told  time.Time
}

func newBar(w io.Writer, what string) *bar {
	f, ok := w.(*os.File)
	if ok {
		about, err := f.Stat()
		ok = err == nil && about.Mode()&os.ModeCharDevice != 0
	}
	return &bar{w: w, drawn: ok, what: what, began: time.Now()}
}

// next begins another part.
func (b *bar) next(what string) {
	b.end()
	*b = *newBar(b.w, what)
	b.set(0, 1)
}

// set tells that so many of all are done.
func (b *bar) set(done, all int) {
	if !b.drawn || time.Since(b.told) < 100*time.Millisecond {
		return
	}
	b.told = time.Now()
	b.draw(float64(done) / float64(all))
}

// end tells that the part is done.
func (b *bar) end() {
	if b.drawn {
		b.draw(1)
		fmt.Fprintln(b.w)
		return
	}
	fmt.Fprintf(b.w, "%s: %.1f s\n", b.what, time.Since(b.began).Seconds())
}

func (b *bar) draw(part float64) {
	const width = 30
	n := int(part * width)
	fmt.Fprintf(b.w, "\r%-20s [%s%s] %3.0f %%  %.0f s ", b.what, strings.Repeat("#", n), strings.Repeat(".", width-n), part*100, time.Since(b.began).Seconds())
}
