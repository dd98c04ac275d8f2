package bar

import (
	"io"
	"time"

	"github.com/schollz/progressbar/v3"
)

// A Bar shows progress. The nil Bar shows nothing.
type Bar struct {
	p     *progressbar.ProgressBar
	total int64
	done  int64
}

// New returns a bar for work over so many bytes, or pieces of another kind; 0 if nobody knows
// how many. It writes to w, at most ten times a second unless always is set.
func New(w io.Writer, what string, total int64, bytes, always bool) *Bar {
	if total <= 0 {
		total = -1
	}
	throttle := 100 * time.Millisecond
	if always {
		throttle = 0
	}
	return &Bar{total: total, p: progressbar.NewOptions64(total,
		progressbar.OptionSetWriter(w),
		progressbar.OptionSetDescription(what),
		progressbar.OptionShowBytes(bytes),
		progressbar.OptionShowCount(),
		progressbar.OptionSetWidth(20),
		progressbar.OptionThrottle(throttle),
		progressbar.OptionSetPredictTime(total > 0),
		progressbar.OptionSpinnerType(14),
		progressbar.OptionSetRenderBlankState(true),
		progressbar.OptionUseANSICodes(false),
	)}
}

// Add says that some more bytes are done. The last byte is kept back until Done, so that the
// bar is not full while there is work.
func (b *Bar) Add(n int64) {
	if b == nil {
		return
	}
	b.done += n
	shown := b.done
	if b.total > 0 {
		shown = min(shown, b.total-1)
	}
	_ = b.p.Set64(max(shown, 0))
}

// Tick shows that work of which nobody knows the size goes on.
func (b *Bar) Tick() {
	if b != nil {
		_ = b.p.RenderBlank()
	}
}

// Done ends the bar and takes it off the screen. Full says that the work came to its end.
func (b *Bar) Done(full bool) {
	if b == nil {
		return
	}
	if full && b.total > 0 {
		_ = b.p.Set64(b.total)
	}
	_ = b.p.Clear()
}
