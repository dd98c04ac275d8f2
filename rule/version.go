package rule

import (
	"cmp"
	"strings"

	"github.com/segmentrules/segment/internal/jsontext"
)

// Version reads a text as a semantic version (semver.org 2.0.0), of which
// minor and patch may be left out: 2 = 2.0 = 2.0.0. A leading v, a leading
// zero, an empty identifier make it missing.
func Version(v Value) Value {
	if v.kind != KindText || !IsVersion(v.Text()) {
		return Value{}
	}
	v.kind = KindVersion
	return v
}

// splitVersion takes a version apart; build metadata takes no part in order.
func splitVersion(s string) (core, pre string, hasPre bool) {
	s, _, _ = strings.Cut(s, "+")
	return strings.Cut(s, "-")
}

// IsVersion reports whether a text is a semantic version.
func IsVersion(s string) bool {
	s, build, hasBuild := strings.Cut(s, "+")
	if hasBuild && !identifiers(build, true) {
		return false
	}
	core, pre, hasPre := splitVersion(s)
	if hasPre && !identifiers(pre, false) {
		return false
	}
	n := 0
	for p := range strings.SplitSeq(core, ".") {
		if n++; n > 3 || !isInteger(p) || len(p) > 1 && p[0] == '0' {
			return false
		}
	}
	return true
}

// identifiers reports whether s is dot-separated identifiers. Numeric ones have
// no leading zero, except in build metadata.
func identifiers(s string, build bool) bool {
	for id := range strings.SplitSeq(s, ".") {
		if id == "" || strings.Trim(id, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-") != "" {
			return false
		}
		if !build && isInteger(id) && len(id) > 1 && id[0] == '0' {
			return false
		}
	}
	return true
}

func isInteger(s string) bool { return s != "" && jsontext.LeadingDigits(s) == len(s) }

// compareVersions orders two valid versions by semver precedence.
func compareVersions(a, b string) int {
	coreA, preA, hasA := splitVersion(a)
	coreB, preB, hasB := splitVersion(b)
	for range 3 {
		var x, y string
		x, coreA, _ = strings.Cut(coreA, ".")
		y, coreB, _ = strings.Cut(coreB, ".")
		if n := compareIntegers(x, y); n != 0 {
			return n
		}
	}
	switch {
	case !hasA && !hasB:
		return 0
	case !hasA:
		return 1
	case !hasB:
		return -1
	}
	return comparePrereleases(preA, preB)
}

func comparePrereleases(a, b string) int {
	for a != "" && b != "" {
		var x, y string
		x, a, _ = strings.Cut(a, ".")
		y, b, _ = strings.Cut(b, ".")
		if n := compareIdentifiers(x, y); n != 0 {
			return n
		}
	}
	return cmp.Compare(len(a), len(b))
}

// compareIdentifiers: numeric ones by value and before all others, the others
// by code point.
func compareIdentifiers(x, y string) int {
	switch nx, ny := isInteger(x), isInteger(y); {
	case nx && ny:
		return compareIntegers(x, y)
	case nx:
		return -1
	case ny:
		return 1
	}
	return strings.Compare(x, y)
}

// compareIntegers orders digits without leading zeros, of any length; none is 0.
func compareIntegers(x, y string) int {
	x, y = strings.TrimLeft(x, "0"), strings.TrimLeft(y, "0")
	if len(x) != len(y) {
		return cmp.Compare(len(x), len(y))
	}
	return strings.Compare(x, y)
}
