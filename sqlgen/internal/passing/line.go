package passing

import (
	"time"

	"github.com/segmentrules/segment/rule"
)

// compared finds when now passes what is compared with it.
func (p *Passings) compared(a rule.Expr, op rule.Op, b rule.Expr) (until time.Time) {
	if test := (rule.Compare{Left: a, Op: op, Right: b}); !p.readsNow(test) {
		return time.Time{}
	}
	x, ok := p.line(a)
	y, ok2 := p.line(b)
	x = x.minus(y)
	if !ok || !ok2 || x.now*x.stored != -1 {
		p.unknown = true
		return time.Time{}
	}
	// stored - now + sec, or now - stored + sec, is compared with 0.
	sec := x.sec
	if x.now == 1 {
		sec = -sec
	} else {
		op = op.Mirrored()
	}
	// now - stored - sec is compared with 0.
	if op == rule.OpGe || op == rule.OpLt || op == rule.OpEq {
		p.shift(x.of, Shift{Sec: sec})
	}
	if op == rule.OpGt || op == rule.OpLe || op == rule.OpEq {
		p.shift(x.of, Shift{Sec: sec, After: true})
	}
	return time.Time{}
}

// A line is an expression that moves with time as now does, or not at all: a stored
// instant and now, each added (1), taken away (-1) or neither (0), and a number of
// seconds.
type line struct {
	stored, now int
	sec         int64
	of          *Source // of the stored instant
}

func (l line) minus(o line) line {
	of := l.of
	if l.stored == 0 {
		of = o.of
	}
	both := l.stored != 0 && o.stored != 0
	l = line{stored: l.stored - o.stored, now: l.now - o.now, sec: l.sec - o.sec, of: of}
	if both {
		l.stored = 2 // two stored instants: no line
	}
	return l
}

// longestShift bounds shifts, in seconds: beyond, instants come near what databases hold.
const longestShift = 400 * 366 * 86400

// line reads an expression as one; ok is false if it is none.
func (p *Passings) line(e rule.Expr) (l line, ok bool) {
	switch e := e.(type) {
	case rule.Field:
		return line{stored: 1, of: p.once(Source{Kind: OfField, Name: string(e)})}, p.IsInstant(e)
	case rule.Joined:
		return line{stored: 1, of: p.joinings(string(e))}, p.HasJoined
	case rule.Metric:
		return line{stored: 1, of: p.events(e.Events)}, (e.Agg == rule.AggFirst || e.Agg == rule.AggLast) && e.Prop == ""
	case rule.Calculated:
		return p.line(e.X)
	case rule.Span:
		sec, fixed := e.Fixed()
		return line{sec: sec}, fixed && sec >= -longestShift && sec <= longestShift
	case rule.Call:
		return p.lineCall(e)
	case rule.Arith:
		return p.lineArith(e)
	}
	return line{}, false
}

func (p *Passings) lineCall(c rule.Call) (l line, ok bool) {
	if c.Fn == rule.FnNow {
		return line{now: 1}, true
	}
	if len(c.Args) != 1 || c.Fn != rule.FnTime && c.Fn != rule.FnAge {
		return line{}, false
	}
	if l, ok = p.line(c.Args[0]); c.Fn == rule.FnAge {
		l = line{now: 1}.minus(l)
	}
	return l, ok
}

func (p *Passings) lineArith(a rule.Arith) (l line, ok bool) {
	x, ok := p.line(a.Left)
	y, ok2 := p.line(a.Right)
	if !ok || !ok2 {
		return line{}, false
	}
	switch a.Op {
	case rule.ArithAdd:
		l = x.minus(line{}.minus(y))
	case rule.ArithSub:
		l = x.minus(y)
	default:
		return line{}, false
	}
	return l, l.sec >= -longestShift && l.sec <= longestShift
}
