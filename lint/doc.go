// Package lint warns of rules that are allowed but likely not meant: a rule
// that holds for nobody or for everybody (`age > 30 AND age < 20`), a condition
// that stands twice, a negation that lets in contacts without the field, a
// window that reaches back further than events are kept, a value that the field
// never has.
//
//	for _, w := range lint.Condition(c, schema) {
//		fmt.Println(w.Msg)
//	}
//
// [Condition] looks at a tree, [Text] at a rule text and gives places in it. A
// warning is advice: nothing here changes what a rule means. Where it is plain what
// to write, the warning has it as its Fix, such as `seen <= 2023-07-17` for a date in
// quotes. Each check knows one shape, and rules that are common and right are left
// alone. The work is bounded: a rule too large to be searched through gets fewer
// warnings, never a wrong one.
//
// # Reading order
//
// lint.go the warnings and the walk; leaf.go what one condition shows by itself;
// meant.go tests that mean something else than they read as, clock.go those about
// time, scope.go names that can only be meant in another scope;
// domain.go, types.go and ranges.go which values an expression can have;
// meaning.go and when.go which of them a condition leaves; solve.go the search
// for values that make all conditions true; text.go what only the text shows.
package lint
