package source

import (
	"regexp"
	"strings"

	"github.com/segmentrules/segment/interop/internal/build"
	"github.com/segmentrules/segment/rule"
)

// Patterns of SQL's LIKE: % stands for any characters, _ for one, a backslash before either
// for the character itself.

// LikePattern is a test of a text by a pattern. With % at the ends only it is one of the text operators,
// else a regular expression.
func (r *Reader) LikePattern(at *Node, x rule.Expr, pattern string, fold bool) rule.Condition {
	head, body, plain := strings.HasPrefix(pattern, "%"), strings.TrimLeft(pattern, "%"), true
	var literal, re strings.Builder
	tail := false // the pattern ends in %
	for i, escaped := 0, false; i < len(body); i++ {
		c := body[i]
		switch {
		case !escaped && c == '\\' && i+1 < len(body):
			escaped = true
			continue
		case !escaped && c == '%':
			if tail = strings.Trim(body[i:], "%") == ""; !tail {
				plain = false
				re.WriteString(".*")
			}
		case !escaped && c == '_':
			plain = false
			re.WriteByte('.')
		default:
			literal.WriteByte(c)
			re.WriteString(quotedByte(c))
		}
		if escaped = false; tail {
			break
		}
	}
	text := literal.String()
	switch {
	case !plain:
		if pattern = re.String(); !head {
			pattern = "^" + pattern
		}
		if !tail {
			pattern += "$"
		}
		return r.Matches(at, x, "(?s)"+pattern, fold)
	case text == "" && (head || tail):
		return build.IsSet(x)
	case head && tail:
		return build.Contains(x, fold, text)
	case head:
		return build.EndsWith(x, fold, text)
	case tail:
		return build.StartsWith(x, fold, text)
	}
	return rule.Compare{Left: x, Right: rule.Text(text), Fold: fold}
}

// quotedByte is a byte of a text as a regular expression has it.
func quotedByte(c byte) string {
	if c < 0x80 {
		return regexp.QuoteMeta(string(rune(c)))
	}
	return string([]byte{c})
}
