package segment

// whenMeaning reads a window of an instant. Of a date it is the first instant of
// the day, and a text is read as either, so all three are told apart by the same
// line.
func whenMeaning(c When) (m meaning, ok bool) {
	m = meaning{c.X, domain{}, anything()}
	l, r, ok := windowRange(c.Window)
	if !ok {
		m.holds = domain{time: allTimes(), date: allTimes(), text: allTexts()}
		m.holds.text.unreadable = false
		return m, true
	}
	m.onLine(l, r, true, true)
	return m, true
}

// windowRange is a window as ranges of one line; ok is false if it is none.
func windowRange(w Window) (l int, r ranges, ok bool) {
	now := Int(0)
	l, n := lineOf(w.A)
	a := Int(n)
	switch w.Kind {
	case WindowAll:
		return fromNow, side(Le, now), true
	case WindowLast:
		return l, ranges{{rangeEnd{at: Int(-n), open: true}, rangeEnd{at: now}}}, w.A.valid() && n > 0
	case WindowAgo:
		l2, n2 := lineOf(w.B)
		return l, ranges{{rangeEnd{at: Int(-n2), open: true}, rangeEnd{at: Int(-n)}}}, w.A.valid() && w.B.valid() && l == l2 && n < n2
	case WindowOlder:
		return l, side(Le, Int(-n)), w.A.valid()
	case WindowNext:
		return l, ranges{{rangeEnd{at: now, open: true}, rangeEnd{at: a}}}, w.A.valid() && n > 0
	case WindowLater:
		return l, side(Gt, a), w.A.valid()
	case WindowThis, WindowPrevious:
		return unitRange(w)
	}
	return boundedRange(w)
}

// unitRange: a week that starts on another day has a line of its own, which
// nothing is known of.
func unitRange(w Window) (l int, r ranges, ok bool) {
	lines := map[Unit]int{Day: fromToday, Week: inWeek, Month: inMonth, Quarter: inQuarter, Year: inYear}
	l, ok = lines[w.Unit]
	n := int64(0)
	if w.Kind == WindowPrevious {
		n = -1
	}
	return l, ranges{point(Int(n))}, ok && (w.Unit != Week || w.StartsOn <= Monday)
}

// boundedRange reads the windows between instants or days that are told.
func boundedRange(w Window) (l int, r ranges, ok bool) {
	from, to := rangeEnd{loose: true}, rangeEnd{loose: true}
	l = -1
	if w.Kind == WindowSince || w.Kind == WindowBetween {
		line, at, _, known := fixedPoint(w.From)
		if !known {
			return 0, nil, false
		}
		l, from = line, rangeEnd{at: at}
	}
	if w.Kind == WindowBefore || w.Kind == WindowBetween {
		line, at, day, known := fixedPoint(w.To)
		if !known || l >= 0 && l != line {
			return 0, nil, false
		}
		l, to = line, rangeEnd{at: at, open: w.Kind == WindowBefore || !day}
	}
	in := interval{from, to}
	if in.empty() {
		return l, nil, l >= 0
	}
	return l, ranges{in}, l >= 0
}

// fixedPoint is a constant or relative instant or day as the point of a line.
func fixedPoint(e Expr) (l int, at Value, day, ok bool) {
	if v, ok := e.(Value); ok {
		if v.kind == KindText {
			v = readTime(v.Text())
		}
		switch v.kind {
		case KindDate:
			return onCalendar, Int(int64(v.n)), true, true
		case KindTime:
			return onClock, v, false, true
		}
		return 0, Value{}, false, false
	}
	r, ok := relativeTo(e)
	return r.line, Int(r.n), r.whole, ok
}
