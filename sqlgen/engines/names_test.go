package engines_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/sqlgen/engines"
)

// Names of JSON that mean something in the paths of some database are names to a rule.
func TestNamesWithinJSON(t *testing.T) {
	names := []string{"*", "-a", "a-b", "a*", "**", "[0]", "a[0]", "$", "@", "a.b", "", " ", "a ", "0", "-1", "#", "a#b", "last", "[*]", "?", "(a)", "a'b", "%", "a:b", "~", "é", "😀", "_", "1a", "a\tb", "a\nb", "\x01", "\x7f", "to", "/", "a/b", "{", "}", "||", "\u2028", "A", "a"}
	engines.All(t, func(t *testing.T, e engines.Engine) {
		l := layouts(dialectOf(e))[0]
		var contacts []segment.Record
		for i, n := range names {
			contacts = append(contacts, segment.Record{ID: fmt.Sprintf("c%02d", i), Fields: map[string]segment.Value{n: segment.Int(5), "o": segment.Object(segment.Member{Name: n, Value: segment.Text("x")})}})
		}
		stored, err := l.load(e, contacts)
		if err != nil {
			t.Fatal(err)
		}
		n := tally{}
		for _, name := range names {
			if name == "" {
				continue
			}
			for _, f := range []rule.Field{rule.Path(name), rule.Path("o", name)} {
				for _, c := range []segment.Condition{rule.Compare{Left: f, Op: rule.OpEq, Right: segment.Int(5)}, rule.Compare{Left: f, Op: rule.OpEq, Right: segment.Text("x")}, rule.IsNull{X: f}, rule.Contains{X: f, Values: []segment.Value{segment.Text("x")}}} {
					n.short(t, e, l.tables(), fmt.Sprintf("name %q %v", name, c), c, time.Now(), stored)
				}
			}
		}
	})
}
