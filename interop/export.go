package interop

import (
	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/internal/textset"
	"github.com/segmentrules/segment/rule"
)

// Export writes a segment as a definition of another system as [Options.Export] does with
// this schema, which may be nil.
func Export(system string, s segment.Segment, schema *segment.Schema) ([]byte, []Loss, error) {
	return Options{Schema: schema}.Export(system, s)
}

// Export writes a segment as a definition of another system, which [Import] reads back as a
// condition with the same answers, but for the losses. Where nothing of the condition can be
// said, the definition is empty and a loss says so. The Path of a loss is the JSON Pointer to
// the part in the definition of this library ([segment.MarshalCondition]).
//
// An unknown system, one that Export does not write, and a condition that does not fit the
// schema are errors. The cost grows with the condition times its depth.
func (o Options) Export(name string, s segment.Segment) (definition []byte, losses []Loss, err error) {
	to, err := systemNamed(name)
	if err != nil {
		return nil, nil, err
	}
	if to.write == nil {
		err := rule.Errorf(rule.ErrUnknown, "definitions of %q are read only", name)
		err.Suggestion = textset.Nearest(name, Exports()...)
		return nil, nil, err
	}
	c, err := o.inside().Resolved(s.Condition)
	if err != nil {
		return nil, nil, err
	}
	definition, lost, err := to.write(o.inside(), c)
	return definition, lossesOf(lost), err
}
