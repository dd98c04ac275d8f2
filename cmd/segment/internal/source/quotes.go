package source

// A quotes follows the quotes of CSV as encoding/csv does, so that a file can be cut where a
// record ends: a line break within a quoted field ends none.
type quotes struct {
	comma byte
	state quoteState
}

type quoteState uint8

const (
	atField quoteState = iota // a field begins
	inPlain                   // in a field without quotes, or in one that is broken: to the end of the line
	inQuoted
	behindQuote // behind a quote within a quoted field
)

// step takes a byte. It reports whether a record ends with it.
func (q *quotes) step(b byte) (ends bool) {
	switch q.state {
	case atField:
		switch b {
		case '"':
			q.state = inQuoted
		case '\n':
			return true
		case q.comma:
		default:
			q.state = inPlain
		}
	case inPlain:
		switch b {
		case q.comma:
			q.state = atField
		case '\n':
			q.state = atField
			return true
		}
	case inQuoted:
		if b == '"' {
			q.state = behindQuote
		}
	case behindQuote:
		switch b {
		case '"':
			q.state = inQuoted
		case q.comma:
			q.state = atField
		case '\n':
			q.state = atField
			return true
		case '\r': // of the end of the line
		default:
			q.state = inPlain // encoding/csv refuses the line
		}
	}
	return false
}
