package spelling

// What is guessed, by what it is about. Each hint says why the text was not understood; the
// fix is the rule that comes of all hints together.

const (
	whyQuotes   = "a text stands in quotes; without them it is the name of a field"
	whyRule     = "a rule says who belongs to the segment, and nothing else: no SELECT, no order, no limit"
	whyNumber   = "a number has no separators of thousands, and a point before its decimals"
	whyOr       = "OR stands between two conditions; several values of one field stand in a list"
	whyName     = "the name of a field or an event is one word, or stands in backticks"
	whyBare     = "a name alone is no condition: a field that is true or false is compared with TRUE, and an event is asked for with DID"
	whyUnit     = "expected a unit of time"
	whyNoun     = "a number is compared without a unit or a noun; only an event is counted in nouns"
	whyCount    = "say how the count is compared: >= for at least, = for exactly"
	whyWithin   = "expected LAST or NEXT, which say whether the time lies back or ahead"
	whyEvents   = "a count of events is COUNT(event), their total SUM(event.property)"
	whyYear     = "a year alone is no date; a date is written 2026-01-31"
	whyCase     = "letters of either case are compared with IGNORING CASE"
	whyDangling = "a condition is missing beside AND or OR"
)

// The spellings that are guessed. They are proposed beside an error and never taken for
// the rule.
var hints = newTable(guessedNeither, guessedTries, guessedValues, guessedTimes, guessedEvents, guessedLists, guessedJoins, guessedNames)

// frames is what stands around a rule; it is taken away first.
var frames = newTable(guessedWhole)

var columnInQuotes = &spelling{words: []string{"^", "$t", "$op", "$c", "$end"}}

var guessedValues = []spelling{
	{pattern: "^ LOWER|UPPER|LCASE|UCASE ( $f ) =|== $t", why: whyCase, write: "$1 = $2 IGNORING CASE"},
	{pattern: "^ LOWER|UPPER|LCASE|UCASE ( $f ) !=|<> $t", why: whyCase, write: "$1 != $2 IGNORING CASE"},
	{pattern: "… IS|=|ARE EITHER", why: whyOr, write: "="},
	{pattern: "… ENDS WITH $t OR $t $end", why: whyOr, write: "ENDS WITH ANY OF ( $1 , $2 )"},
	{pattern: "… STARTS WITH $t OR $t $end", why: whyOr, write: "STARTS WITH ANY OF ( $1 , $2 )"},
	{pattern: "… CONTAINS $w , $w $end", why: whyQuotes, do: containsBoth},
	{pattern: "… CONTAINS (", why: whyOr, write: "CONTAINS ANY OF ("},
	{pattern: "… NEVER $end", why: "what is not known is asked for by IS NULL", write: "IS NULL"},
	{pattern: "$open", why: "the text is not closed", do: closed},
	{pattern: "$n , $n , $n", why: whyNumber, do: grouped3},
	{pattern: "$n , $n", why: whyNumber, do: grouped},
	{pattern: "$n $w", why: whyNumber, do: thousands},
	{pattern: "… $op $n % $end", why: whyNoun, write: "$1 $2"},
	{pattern: "… $op $n . $n", why: "a version is a text, and compared as VERSION(field)", do: version},
	{pattern: "… $op $q", why: "a number has no leading zeros; a text stands in quotes", do: leadingZero},
	{pattern: "… $op $n $w $end", why: whyNoun, do: noun},
	{pattern: "… $op $w $n $end", why: whyNoun, do: currency},
	{pattern: "… $q - $q $end", why: "a range is BETWEEN … AND …", write: "BETWEEN $1 AND $2"},
	{pattern: "^ $n <|<= $f <|<= $n", why: "a range is BETWEEN … AND …, or two conditions", do: chain},
	{pattern: "^ $t $op $c $end", why: "the name of a field stands without quotes", do: quotedField},
	{pattern: "… NOT LIKE $t", why: "expected STARTS WITH, ENDS WITH, CONTAINS or MATCHES", do: likeMatches("NOT ", "")},
	{pattern: "… LIKE $t", why: "expected STARTS WITH, ENDS WITH, CONTAINS or MATCHES", do: likeMatches("", "")},
	{pattern: "… ILIKE $t", why: "expected STARTS WITH, ENDS WITH, CONTAINS or MATCHES", do: likeMatches("", " IGNORING CASE")},
	{pattern: "… . CONTAINS|INCLUDES ( $t )", why: "CONTAINS stands behind the field", write: "CONTAINS $1"},
	{pattern: "… . STARTSWITH|STARTS_WITH ( $t )", why: "STARTS WITH stands behind the field", write: "STARTS WITH $1"},
	{pattern: "… . ENDSWITH|ENDS_WITH ( $t )", why: "ENDS WITH stands behind the field", write: "ENDS WITH $1"},
	{pattern: "… = $c OR $c $end", why: whyOr, write: "IN ( $1 , $2 )"},
	{pattern: "… = $c OR $w $end", why: whyOr, do: valueOr("IN")},
	{pattern: "… !=|<> $c AND|OR $c $end", why: whyOr, write: "NOT IN ( $1 , $2 )"},
	{pattern: "… !=|<> $c AND|OR $w $end", why: whyOr, do: valueOr("NOT IN")},
	{pattern: ") OR $c $end", why: whyOr, do: longerList},
	{pattern: "… CONTAINS $c AND $c AND $c $end", why: whyOr, write: "CONTAINS ALL OF ( $1 , $2 , $3 )"},
	{pattern: "… CONTAINS $c AND $c $end", why: whyOr, write: "CONTAINS ALL OF ( $1 , $2 )"},
	{pattern: "… CONTAINS $c OR $c OR $c $end", why: whyOr, write: "CONTAINS ANY OF ( $1 , $2 , $3 )"},
	{pattern: "… CONTAINS $c OR $c $end", why: whyOr, write: "CONTAINS ANY OF ( $1 , $2 )"},
	{pattern: "… CONTAINS $c , $c $end", why: whyOr, write: "CONTAINS ANY OF ( $1 , $2 )"},
	{pattern: "… ENDS WITH $raw", why: whyQuotes, do: quoting("ENDS WITH")},
	{pattern: "… STARTS|BEGINS WITH $raw", why: whyQuotes, do: quoting("STARTS WITH")},
	{pattern: "… DOES NOT CONTAIN|INCLUDE $raw", why: whyQuotes, do: quoting("NOT CONTAINS")},
	{pattern: "… DOESNT CONTAIN|INCLUDE $raw", why: whyQuotes, do: quoting("NOT CONTAINS")},
	{pattern: "… NOT CONTAINS|CONTAIN $raw", why: whyQuotes, do: quoting("NOT CONTAINS")},
	{pattern: "… CONTAINS|CONTAIN|INCLUDES|INCLUDE $raw", why: whyQuotes, do: quoting("CONTAINS")},
	{pattern: "… IS NOT EQUAL? TO? $raw", why: whyQuotes, do: quoting("!=")},
	{pattern: "… ISNT $raw", why: whyQuotes, do: quoting("!=")},
	{pattern: "… DOES NOT EQUAL $raw", why: whyQuotes, do: quoting("!=")},
	{pattern: "… IS EQUAL? TO? $raw", why: whyQuotes, do: quoting("=")},
	{pattern: "… EQUALS|EQUAL TO? $raw", why: whyQuotes, do: quoting("=")},
	{pattern: "… : $raw", why: whyQuotes, do: quoting("=")},
	{pattern: "… LIKE $raw", why: whyQuotes, do: likeRaw},
	{pattern: "… MATCHES $raw", why: whyQuotes, do: quoting("CONTAINS")},
	{pattern: "… $op $raw", why: whyQuotes, do: equalRaw},
}

var guessedTimes = []spelling{
	{pattern: "… IS? OLDER|LONGER THAN $q $end", why: whyUnit, do: olderThan(">", "OLDER THAN")},
	{pattern: "… IS? YOUNGER|NEWER THAN $q $end", why: whyUnit, do: olderThan("<", "WITHIN LAST")},
	{pattern: "… = THIS $u $end", why: "a period stands behind the field without =", write: "THIS $1"},
	{pattern: "^ OLDER THAN $q YEARS? $end", why: "a test starts with the field", write: "age > $1"},
	{pattern: "^ YOUNGER THAN $q YEARS? $end", why: "a test starts with the field", write: "age < $1"},
	{pattern: "… BEFORE $q $end", why: whyYear, do: ofYear("< %d-01-01", 0)},
	{pattern: "… AFTER $q $end", why: whyYear, do: ofYear("> %d-12-31", 0)},
	{pattern: "… SINCE $q $end", why: whyYear, do: ofYear(">= %d-01-01", 0)},
	{pattern: "… IN $q $end", why: whyYear, do: ofYear("BETWEEN %d-01-01 AND %d-12-31", 1)},
	{pattern: "… IN JANUARY|FEBRUARY|MARCH|APRIL|MAY|JUNE|JULY|AUGUST|SEPTEMBER|OCTOBER|NOVEMBER|DECEMBER $end", why: "the month of an instant is MONTH(field)", do: inMonth},
	{pattern: "- $q $u", why: "a time back is NOW less a length of time", do: minusUnit},
	{pattern: "$date", why: "a date is written with the year first, 2026-01-31", do: dayInFigures},
	{pattern: "LAST|PAST|NEXT|THAN|LEAST|- $n $w", why: whyUnit, do: unitSlip},
	{pattern: "$n $w AGO|FROM", why: whyUnit, do: unitAgo},
	{pattern: "LAST|PAST|NEXT $q $w", why: "m may be minutes or months", do: singleM},
	{pattern: "… IS|WAS? WITHIN|IN|FOR $s $end", why: whyWithin, do: within},
	{pattern: "… IS? DUE? WITHIN|IN $s $end", why: whyWithin, do: within},
	{pattern: "^ DATEDIFF ( NOW|CURDATE|TODAY|GETDATE|CURRENT_DATE ( ) , $f ) >|>= $q", why: "an age is asked for by OLDER THAN", write: "$1 OLDER THAN $2 days"},
	{pattern: "^ DATEDIFF ( NOW|CURDATE|TODAY|GETDATE|CURRENT_DATE ( ) , $f ) <|<= $q", why: "an age is asked for by WITHIN LAST", write: "$1 WITHIN LAST $2 days"},
	{pattern: "^ DATEDIFF ( $u , $f , NOW|CURDATE|TODAY|GETDATE|CURRENT_DATE ( ) ) >|>= $q", why: "an age is asked for by OLDER THAN", write: "$2 OLDER THAN $3 $1"},
	{pattern: "^ DATEDIFF ( $u , $f , NOW|CURDATE|TODAY|GETDATE|CURRENT_DATE ( ) ) <|<= $q", why: "an age is asked for by WITHIN LAST", write: "$2 WITHIN LAST $3 $1"},
	{pattern: "^ DATEDIFF ( TODAY|NOW , $f ) >|>= $q", why: "an age is asked for by OLDER THAN", write: "$1 OLDER THAN $2 days"},
	{pattern: "^ DATEDIFF ( TODAY|NOW , $f ) <|<= $q", why: "an age is asked for by WITHIN LAST", write: "$1 WITHIN LAST $2 days"},
}

var guessedEvents = []spelling{
	{pattern: "^ $w TO $w BUT DID NOT $w WITHIN $s", why: "an event and the one that did not follow it are DID … THEN NOT … WITHIN …", do: cartWithout},
	{pattern: "DID $w BUT DID NOT $w WITHIN $s", why: "an event and the one that did not follow it are DID … THEN NOT … WITHIN …", write: "DID $1 THEN NOT $2 WITHIN $3"},
	{pattern: "^ $w BUT DID NOT $w WITHIN $s", why: "an event and the one that did not follow it are DID … THEN NOT … WITHIN …", write: "DID $1 THEN NOT $2 WITHIN $3"},
	{pattern: "^ $w OR|AND $w IN LAST $s $end", why: whyBare, do: didBoth},
	{pattern: "^ HAS|WITH|HAVE AN?|A? $f $end", why: "that a field has a value is asked for by IS SET", write: "$1 IS SET"},
	{pattern: "^ HAS|HAVE? NO|WITHOUT $f $end", why: "that a field has no value is asked for by IS NULL, and that an event did not happen by DID NOT", do: hasNone},
	{pattern: "^ AT LEAST $q $w $win", why: whyEvents, write: "COUNT ( $2 ) >= $1"},
	{pattern: "^ AT MOST $q $w $win", why: whyEvents, write: "COUNT ( $2 ) <= $1"},
	{pattern: "^ MORE THAN $q $w $win", why: whyEvents, write: "COUNT ( $2 ) > $1"},
	{pattern: "^ LESS|FEWER THAN $q $w $win", why: whyEvents, write: "COUNT ( $2 ) < $1"},
	{pattern: "^ EXACTLY $q $w $win", why: whyEvents, write: "COUNT ( $2 ) = $1"},
	{pattern: "^ $w WHERE", why: "an event is asked for by DID, and what it is like by WHERE in parentheses", do: didWhere},
	{pattern: "BUT", why: "conditions are joined by AND", do: but},
	{pattern: "^ $w AND NOT $w IN LAST $s $end", why: whyBare, do: didWithout},
	{pattern: "^ $w $q TIMES|TIME $win", why: whyCount, write: "COUNT ( $1 ) >= $2"},
	{pattern: "^ $w $q $w $win", why: whyCount, do: counted},
	{pattern: "^ $w ONCE $win", why: whyCount, write: "COUNT ( $1 ) >= 1"},
	{pattern: "^ $w TWICE $win", why: whyCount, write: "COUNT ( $1 ) >= 2"},
	{pattern: "^ TOTAL $w $op", why: whyEvents, write: "SUM ( $1 . amount ) $2"},
	{pattern: "^ AVERAGE $w $op", why: whyEvents, write: "AVG ( $1 . amount ) $2"},
	{pattern: "^ COUNT $w $op", why: whyEvents, write: "COUNT ( $1 ) $2"},
	{pattern: "^ $w COUNT $op", why: whyEvents, write: "COUNT ( $1 ) $2"},
	{pattern: "SUM|AVG ( $w )", why: "SUM and AVG need a property of the event", do: sumOf},
}

var guessedLists = []spelling{
	{pattern: "IN (", why: whyQuotes, do: quotedList},
	{pattern: "OF (", why: whyQuotes, do: quotedList},
	{pattern: "… CONTAINS ANY|ALL OF? $w ,", why: "a list of texts stands in parentheses, each in quotes", do: openList},
	{pattern: "… CONTAINS ANY|ALL OF? $c ,", why: "a list stands in parentheses", do: openList},
	{pattern: "… NOT IN $c ,", why: "a list stands in parentheses", do: openList},
	{pattern: "… NOT IN $w ,", why: "a list of texts stands in parentheses, each in quotes", do: openList},
	{pattern: "… IN $c ,", why: "a list stands in parentheses", do: openList},
	{pattern: "… IN $w ,", why: "a list of texts stands in parentheses, each in quotes", do: openList},
	{pattern: "… IN $w OR", why: "a list of texts stands in parentheses, each in quotes", do: openList},
	{pattern: "… IN $t $end", why: "a list stands in parentheses", write: "IN ( $1 )"},
	{pattern: "^ NOT ON|IN THE? LIST $raw", why: "the name of a list stands in quotes", do: quoting("NOT IN LIST")},
	{pattern: "^ IS? ON|IN THE? LIST $raw", why: "the name of a list stands in quotes", do: quoting("IN LIST")},
	{pattern: "^ NOT ON THE? LIST $t", why: "expected NOT IN LIST", write: "NOT IN LIST $1"},
	{pattern: "^ IS? ON THE? LIST $t", why: "expected IN LIST", write: "IN LIST $1"},
	{pattern: "^ NOT IN SEGMENT $raw", why: "the name of a segment stands in quotes", do: quoting("NOT IN SEGMENT")},
	{pattern: "^ IS? IN SEGMENT $raw", why: "the name of a segment stands in quotes", do: quoting("IN SEGMENT")},
	{pattern: "^ NOT IS? A? MEMBER OF SEGMENT? $t", why: "expected NOT IN SEGMENT, or NOT IN LIST", write: "NOT IN SEGMENT $1"},
	{pattern: "^ IS? A? MEMBER|MEMBERS OF LIST $t", why: "expected IN LIST", write: "IN LIST $1"},
	{pattern: "^ IS? A? MEMBER|MEMBERS OF SEGMENT? $t", why: "expected IN SEGMENT, or IN LIST", write: "IN SEGMENT $1"},
	{pattern: "^ IS? A? MEMBER|MEMBERS OF $raw", why: "expected IN SEGMENT, or IN LIST, and a name in quotes", do: quoting("IN SEGMENT")},
	{pattern: "^ SUBSCRIBED TO THE? $raw", why: "expected IN LIST, and the name in quotes", do: quoting("IN LIST")},
	{pattern: "^ DOESNT|DONT HAVE THE? $w $t $end", why: "a list that holds a value is asked by CONTAINS", do: holds("NOT CONTAINS")},
	{pattern: "^ DOES NOT HAVE THE? $w $t $end", why: "a list that holds a value is asked by CONTAINS", do: holds("NOT CONTAINS")},
	{pattern: "^ SUBSCRIBED TO $t", why: "expected IN LIST", write: "IN LIST $1"},
	{pattern: "^ IN $t $end", why: "expected LIST or SEGMENT", write: "IN LIST $1"},
	{pattern: "^ HAS NO|NOT $w $t $end", why: "a list that holds a value is asked by CONTAINS", do: holds("NOT CONTAINS")},
	{pattern: "^ HAS|WITH THE? $w $t $end", why: "a list that holds a value is asked by CONTAINS", do: holds("CONTAINS")},
	{pattern: "^ HAS|WITH THE? TAG $raw", why: whyQuotes, do: quoting("tags CONTAINS")},
	{pattern: "^ IS? TAGGED WITH|AS? $t $end", why: "a list that holds a value is asked by CONTAINS", write: "tags CONTAINS $1"},
}

var guessedWhole = []spelling{
	{pattern: "^ SELECT", why: whyRule, do: selected},
	{pattern: "^ WHERE", why: whyRule, do: alone},
	{pattern: "GROUP|ORDER|SORT BY", why: whyRule, do: restOf},
	{pattern: "LIMIT $n", why: whyRule, do: restOf},
	{pattern: "^ EVERYONE|EVERYBODY|ALL EXCEPT|BUT", why: "all but some are NOT and their condition", write: "NOT"},
	{pattern: "^ IF|WHEN", why: whyRule, do: alone},
	{pattern: "THEN TRUE|YES|1", why: whyRule, do: restOf},
	{pattern: "^ ALL? USERS|CONTACTS|PEOPLE|CUSTOMERS|SUBSCRIBERS|EVERYONE|ANYONE|THOSE WHO|THAT|WHOSE|WHERE|WITH", why: whyRule, do: alone},
	{pattern: "^ TRUE $end", why: "all contacts are EVERYONE", do: whole("EVERYONE")},
}

var guessedJoins = []spelling{
	{pattern: "AND|OR AND|OR", why: whyDangling, do: secondOf},
	{pattern: "AND|OR", why: whyDangling, do: last},
	{pattern: ",", why: "conditions are joined by AND", do: commaAnd},
}

var guessedNames = []spelling{
	{pattern: "^ $w UP|OUT|OFF|BACK|DOWN|IN|TO", why: whyName, do: particle},
	{pattern: "^ $w $w $w", why: whyName, do: joinedNames},
	{pattern: "^ $w $w", why: whyName, do: joinedNames},
	{pattern: "^ $f $end", why: whyBare, do: bareName},
}
