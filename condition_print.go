package segment

import "fmt"

func text(c Condition) string { type plain any; return fmt.Sprintf("%T%v", c, plain(nil)) }
func exprText(e Expr) string  { return fmt.Sprintf("%T", e) }

func (c And) String() string        { return text(c) }
func (c Or) String() string         { return text(c) }
func (c Not) String() string        { return text(c) }
func (c Count) String() string      { return text(c) }
func (c Everyone) String() string   { return text(c) }
func (c Zoned) String() string      { return text(c) }
func (c Compare) String() string    { return text(c) }
func (c Between) String() string    { return text(c) }
func (c In) String() string         { return text(c) }
func (c IsNull) String() string     { return text(c) }
func (c IsBlank) String() string    { return text(c) }
func (c Contains) String() string   { return text(c) }
func (c Like) String() string       { return text(c) }
func (c Matches) String() string    { return text(c) }
func (c InCIDR) String() string     { return text(c) }
func (c Each) String() string       { return text(c) }
func (c When) String() string       { return text(c) }
func (c Changed) String() string    { return text(c) }
func (c HasBeen) String() string    { return text(c) }
func (c Sequence) String() string   { return text(c) }
func (c Regularity) String() string { return text(c) }
func (c InList) String() string     { return text(c) }
func (c InSegment) String() string  { return text(c) }

func (e Span) String() string       { return exprText(e) }
func (e Field) String() string      { return exprText(e) }
func (e Elem) String() string       { return exprText(e) }
func (e Joined) String() string     { return exprText(e) }
func (e Metric) String() string     { return exprText(e) }
func (e Call) String() string       { return exprText(e) }
func (e Arith) String() string      { return exprText(e) }
func (e Calculated) String() string { return exprText(e) }
func (v Value) String() string      { return exprText(v) }
