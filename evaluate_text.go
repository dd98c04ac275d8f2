package segment

import (
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"github.com/segmentrules/segment/internal/check"
	"github.com/segmentrules/segment/internal/textset"
	"github.com/segmentrules/segment/rule"
)

// hash is the number that HASH gives: FNV-1a over salt, a zero byte and the
// text, mixed so that every digit of it is even (murmur3's finaliser).
func hash(text, salt string) Value {
	n := uint64(14695981039346656037)
	for _, part := range [3]string{salt, "\x00", text} {
		for i := range len(part) {
			n = (n ^ uint64(part[i])) * 1099511628211
		}
	}
	n = (n ^ n>>33) * 0xff51afd7ed558ccd
	n = (n ^ n>>33) * 0xc4ceb9fe1a85ec53
	return Int(int64((n ^ n>>33) >> 1))
}

func like(x Value, c rule.Like) bool {
	text := textset.Folded(x.Text(), c.Fold)
	return x.Kind() == KindText && slices.ContainsFunc(c.Values, func(v string) bool {
		if c.End == rule.LikeSuffix {
			return strings.HasSuffix(text, textset.Folded(v, c.Fold))
		}
		return strings.HasPrefix(text, textset.Folded(v, c.Fold))
	})
}

func matches(x Value, c rule.Matches) bool {
	pattern := c.Pattern
	if c.Fold {
		pattern = "(?i)" + pattern // not (?i:…), which an open \Q would swallow
	}
	re, err := regexp.Compile(pattern)
	return err == nil && x.Kind() == KindText && re.MatchString(x.Text())
}

// inCIDR reports whether a text is an address in one of the nets. An IPv4
// address written as IPv6 (::ffff:10.0.0.1) is the IPv4 address.
func inCIDR(x Value, nets []string) bool {
	addr, err := netip.ParseAddr(x.Text())
	return err == nil && slices.ContainsFunc(nets, func(n string) bool {
		p, ok := check.ParseNet(n)
		return ok && p.Contains(addr.Unmap())
	})
}
