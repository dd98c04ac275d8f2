package spelling

// What contacts did, as sentences say it.

// events are the spellings of counts of events and of sequences that are accepted.
var events = []spelling{
	{pattern: "^ HASNT|HAVENT|DIDNT EVER? $w", write: "DID NOT $1"},
	{pattern: "^ HAS|HAVE $w $op", write: "$1 $2"},
	{pattern: "^ HAS|HAVE EVER? $w $win", do: hasDone},
	{pattern: "^ $w A|AN|ANY|THE|SOME $w $win", do: hasDone},
	{pattern: "^ HAS NOT|NEVER $w A|AN|ANY|THE|SOME $w $win", write: "DID NOT $1"},
	{pattern: "DID NOT EVER? $w A|AN|ANY|THE|SOME $w $win", write: "DID NOT $1"},
	{pattern: "DID $w A|AN|ANY|THE|SOME $w $win", write: "DID $1"},
	{pattern: "NEVER $w A|AN|ANY|THE|SOME $w $win", write: "DID NOT $1"},
	{pattern: "DID NOT $w IN|WITHIN|FOR $s $end", do: notWithin},
	{pattern: "NEVER $w IN|WITHIN|FOR $s $end", write: "DID NOT $1 IN LAST $2"},
	{pattern: "DID $w IN $s $end", write: "DID $1 IN LAST $2"},
	{pattern: "^ NO $w IN|WITHIN|FOR $s $end", write: "DID NOT $1 IN LAST $2"},
	{pattern: "… AT LEAST ONCE", write: ">= 1 times"},
	{pattern: "… AT LEAST TWICE", write: ">= 2 times"},
	{pattern: "… MORE THAN ONCE", write: "> 1 times"},
	{pattern: "… MORE THAN TWICE", write: "> 2 times"},
	{pattern: "… EXACTLY|ONLY ONCE", write: "= 1 times"},
	{pattern: "… EXACTLY|ONLY TWICE", write: "= 2 times"},
	{pattern: "… $q + $w $win", write: ">= $1 $2"},
	{pattern: "… $q OR MORE $w $win", write: ">= $1 $2"},
	{pattern: "… $q + $end", write: ">= $1"},
	{pattern: "… $q OR MORE $end", write: ">= $1"},
	{pattern: "^ DID? $w AND? THEN DID? NO|NOT $w WITHIN|IN $s", write: "DID $1 THEN NOT $2 WITHIN $3"},
	{pattern: "^ $w AND? THEN $w WITHIN|IN $s", write: "DID $1 THEN $2 WITHIN $3"},
	{pattern: "^ LAST|FIRST $w", do: lastOf},
	{pattern: "^ THE? TOTAL? NUMBER OF $w", write: "COUNT ( $1 )"},
	{pattern: "^ COUNT OF $w", write: "COUNT ( $1 )"},
}
