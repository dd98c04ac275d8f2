package rule

// MaxRegularity bounds the units a Regularity looks back: a hundred years of
// weeks, and no loop that a hand-built tree could make endless.
const MaxRegularity = 5_200

// Limits bound what a rule may ask for. A zero field means the default.
type Limits struct {
	Bytes      int // of rule text, a definition, or a document
	Depth      int // of nesting; at most MaxDepth, whatever is asked for
	Conditions int // in one rule, not counting groups; and four times as many expressions
	Values     int // in one IN or other list of values
	Steps      int // of one sequence
	Pattern    int // bytes of one regular expression
	Errors     int // reported in one pass
}

// The default limits, and why they are what they are. Products document 5
// levels and 20 conditions: each is far beyond what a person writes.
const (
	// DefaultBytes admits an IN of 100,000 long values, and keeps what a hostile
	// text can cost to a fraction of a second.
	DefaultBytes = 16 << 20
	// DefaultDepth keeps recursion to a small stack, whatever reads the tree.
	DefaultDepth = 100
	// DefaultConditions is what machines that write rules have been seen to need;
	// so many take a few milliseconds to read.
	DefaultConditions = 10_000
	// DefaultValues is an imported list of ids; more is a list, not a condition.
	DefaultValues = 100_000
	// DefaultSteps: the cost of a sequence grows with events to the power of
	// nothing, but nobody can read nine steps.
	DefaultSteps = 8
	// DefaultPattern: RE2 runs in linear time, but its programs grow with nested
	// repetition, to seconds and hundreds of megabytes for 60 kB of pattern.
	DefaultPattern = 1_000
	// DefaultErrors is as many as a screen shows.
	DefaultErrors = 20
)

// WithDefaults returns the limits with every zero field set to its default.
func (l Limits) WithDefaults() Limits {
	set := func(field *int, value int) {
		if *field <= 0 {
			*field = value
		}
	}
	set(&l.Bytes, DefaultBytes)
	set(&l.Depth, DefaultDepth)
	l.Depth = min(l.Depth, MaxDepth)
	set(&l.Conditions, DefaultConditions)
	set(&l.Values, DefaultValues)
	set(&l.Steps, DefaultSteps)
	set(&l.Pattern, DefaultPattern)
	set(&l.Errors, DefaultErrors)
	return l
}
