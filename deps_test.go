package segment

import (
	_ "github.com/google/go-cmp/cmp"
	_ "github.com/leanovate/gopter"
	_ "github.com/leanovate/gopter/gen"
	_ "github.com/leanovate/gopter/prop"
	_ "golang.org/x/exp/ebnf"
)
