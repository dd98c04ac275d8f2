package segment

import _ "golang.org/x/exp/ebnf"
