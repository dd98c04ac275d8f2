package segment

import (
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// folded is the text under simple case folding: every character stands for the
// first of those that differ from it only by case.
func folded(text string, fold bool) string {
	if !fold {
		return text
	}
	return strings.Map(foldRune, text)
}

func foldRune(r rune) rune {
	first := r
	for next := unicode.SimpleFold(r); next != r; next = unicode.SimpleFold(next) {
		first = min(first, next)
	}
	return first
}

func like(x Value, c Like) bool {
	text := folded(x.Text(), c.Fold)
	return x.kind == KindText && slices.ContainsFunc(c.Values, func(v string) bool {
		if c.End == Suffix {
			return strings.HasSuffix(text, folded(v, c.Fold))
		}
		return strings.HasPrefix(text, folded(v, c.Fold))
	})
}

func matches(x Value, c Matches) bool {
	pattern := c.Pattern
	if c.Fold {
		pattern = "(?i)" + pattern // not (?i:…), which an open \Q would swallow
	}
	re, err := regexp.Compile(pattern)
	return err == nil && x.kind == KindText && re.MatchString(x.Text())
}

// inCIDR reports whether a text is an address in one of the nets. An IPv4
// address written as IPv6 (::ffff:10.0.0.1) is the IPv4 address.
func inCIDR(x Value, nets []string) bool {
	addr, err := netip.ParseAddr(x.Text())
	return err == nil && slices.ContainsFunc(nets, func(n string) bool {
		p, ok := parseNet(n)
		return ok && p.Contains(addr.Unmap())
	})
}

// parseNet reads a prefix, or an address as the prefix of itself alone.
func parseNet(s string) (p netip.Prefix, ok bool) {
	if addr, err := netip.ParseAddr(s); err == nil {
		addr = addr.Unmap()
		return netip.PrefixFrom(addr, addr.BitLen()), addr.Zone() == ""
	}
	p, err := netip.ParsePrefix(s)
	return p.Masked(), err == nil
}
