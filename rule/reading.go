package rule

import "strings"

// ReadNumber reads a text used where a number is needed: digits with an optional
// sign, fraction and exponent, such as "12", "+0.50", "007" or "-1e3". Other text is
// missing, also what [ParseNumber] refuses.
func ReadNumber(s string) Value {
	digits, negative := strings.CutPrefix(s, "-")
	if !negative {
		digits = strings.TrimPrefix(s, "+")
	}
	for len(digits) > 1 && digits[0] == '0' && digits[1] >= '0' && digits[1] <= '9' {
		digits = digits[1:]
	}
	if digits == "" || digits[0] < '0' || digits[0] > '9' {
		return Value{}
	}
	if negative {
		digits = "-" + digits
	}
	v, ok := ParseNumber(digits)
	if !ok {
		return Value{}
	}
	return v
}
