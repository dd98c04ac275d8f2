package rule

import (
	"errors"
)

// RuleErrors takes an error of the parser apart.
func RuleErrors(err error) (es Errors) {
	var one *Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &es):
		return es
	case errors.As(err, &one):
		return Errors{one}
	}
	return Errors{Errorf(ErrSyntax, "%s", err)}
}
