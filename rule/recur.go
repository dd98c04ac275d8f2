package rule

// Anniversaries returns the anniversaries in a test that recur, each once: those of
// which every year's is looked at, and one that satisfies the test is enough. They stand
// in a comparison by =, in IN and BETWEEN and beside a window, alone or in arithmetic.
// It returns none where the anniversary of the current year alone is looked at: by <
// and >, by the windows OLDER THAN n and "more than n from now", and within another
// function, such as MONTH.
//
// Example: `ANNIVERSARY(born) - 3 days = TODAY` has one, `ANNIVERSARY(born) < TODAY`
// none. A condition that is made of others has none itself; its parts may.
func Anniversaries(c Condition) (as []Call) {
	switch c := c.(type) {
	case Compare:
		if c.Op == OpEq {
			return recurring(recurring(nil, c.Left, 0), c.Right, 0)
		}
	case Between:
		return recurring(recurring(recurring(nil, c.X, 0), c.Lo, 0), c.Hi, 0)
	case In:
		return recurring(nil, c.X, 0)
	case When:
		if c.Window.Kind != WindowOlder && c.Window.Kind != WindowLater {
			return recurring(recurring(recurring(nil, c.X, 0), c.Window.From, 0), c.Window.To, 0)
		}
	}
	return nil
}

// recurring appends the anniversaries of an expression that are not there already; of one
// that is in more than MaxLevels others nothing is known.
func recurring(as []Call, e Expr, level int) []Call {
	if level++; level > MaxLevels {
		return as
	}
	switch e := e.(type) {
	case Call:
		switch {
		case len(e.Args) == 0:
		case e.Fn == FnAge || e.Fn == FnDate:
			return recurring(as, e.Args[0], level)
		case e.Fn == FnAnniversary:
			for _, a := range as {
				if EqualExpr(a, e) {
					return as
				}
			}
			return append(as, e)
		}
	case Arith:
		return recurring(recurring(as, e.Left, level), e.Right, level)
	case Calculated:
		return recurring(as, e.X, level)
	}
	return as
}

// LeapDay is the second argument of ANNIVERSARY that puts the anniversaries of 29
// February on 1 March in common years, and not on 28 February.
const LeapDay = "03-01"

// LeapsForward reports whether a call of ANNIVERSARY says [LeapDay].
func (c Call) LeapsForward() bool {
	if len(c.Args) < 2 {
		return false
	}
	v, ok := c.Args[1].(Value)
	return ok && v.Kind() == KindText && v.Text() == LeapDay
}

// Yearly reports whether what a test compares comes closer, or goes away, by one year for
// each year in which its anniversary is taken, of which there is only one: so the years
// nearest to what it is compared with decide.
//
// Example: it does in `TODAY - ANNIVERSARY(born) = 3 days`, but not in
// `ANNIVERSARY(born) = ANNIVERSARY(joined)`.
func Yearly(c Condition) bool {
	if len(Anniversaries(c)) != 1 {
		return false
	}
	pair := func(a, b Expr) bool {
		n := yearly(a, 0) - yearly(b, 0)
		return n == 1 || n == -1 || len(recurring(recurring(nil, a, 0), b, 0)) == 0
	}
	switch c := c.(type) {
	case Compare:
		return pair(c.Left, c.Right)
	case Between:
		return pair(c.X, c.Lo) && pair(c.X, c.Hi)
	case In:
		return pair(c.X, nil)
	case When:
		from, to := c.Window.From, c.Window.To
		if from == nil && to == nil {
			return pair(c.X, nil)
		}
		return (from == nil || pair(c.X, from)) && (to == nil || pair(c.X, to))
	}
	return false
}

// yearly is by how many years a value grows for each year in which its anniversaries are
// taken; many, if it does not grow by whole years.
func yearly(e Expr, level int) int {
	const many = 100
	if level++; level > MaxLevels {
		return many
	}
	switch e := e.(type) {
	case Calculated:
		return yearly(e.X, level)
	case Call:
		switch {
		case len(e.Args) == 0:
		case e.Fn == FnAnniversary:
			return 1
		case e.Fn == FnAge:
			return -yearly(e.Args[0], level)
		case e.Fn == FnDate:
			return yearly(e.Args[0], level)
		}
	case Arith:
		switch a, b := yearly(e.Left, level), yearly(e.Right, level); {
		case e.Op == ArithAdd:
			return a + b
		case e.Op == ArithSub:
			return a - b
		case a != 0 || b != 0:
			return many
		}
	}
	return 0
}
