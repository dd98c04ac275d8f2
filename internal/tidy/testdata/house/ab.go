package house

var plans []Plan
