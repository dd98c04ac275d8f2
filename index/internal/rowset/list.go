package rowset

// Ascending lists of the lower 16 bits of rows.

// search returns how many of a list are below a row. The last few are gone over in a
// row: guesses which half it is cost more than that.
func search(list []uint16, low uint16) int {
	from, to := 0, len(list)
	for to-from > 16 {
		mid := int(uint(from+to) / 2)
		if list[mid] < low {
			from = mid + 1
		} else {
			to = mid
		}
	}
	for _, l := range list[from:to] {
		if l >= low {
			break
		}
		from++
	}
	return from
}

// skewed is how many times as long as the other a list must be for looking up each of
// the short one's rows in it to be quicker than going over both.
const skewed = 32

// intersect writes the rows that are in both lists to out, which has room for the
// shorter one, and returns how many there are.
func intersect(out, a, b []uint16) (n int) {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(a)*skewed < len(b) {
		for _, low := range a {
			// what lies below is of no use to the rows that follow
			if b = b[search(b, low):]; len(b) == 0 {
				break
			}
			if b[0] == low {
				out[n] = low
				n++
			}
		}
		return n
	}
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch x, y := a[i], b[j]; {
		case x < y:
			i++
		case x > y:
			j++
		default:
			out[n] = x
			i, j, n = i+1, j+1, n+1
		}
	}
	return n
}

// countBoth returns how many rows are in both lists.
func countBoth(a, b []uint16) (n int) {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(a)*skewed < len(b) {
		for _, low := range a {
			if b = b[search(b, low):]; len(b) == 0 {
				break
			}
			if b[0] == low {
				n++
			}
		}
		return n
	}
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch x, y := a[i], b[j]; {
		case x < y:
			i++
		case x > y:
			j++
		default:
			i, j, n = i+1, j+1, n+1
		}
	}
	return n
}

// unite writes the rows that are in either list, those in both only if both is set, to
// out, which has room for all, and returns how many there are.
func unite(out, a, b []uint16, both bool) (n int) {
	i, j := 0, 0
	for i < len(a) && j < len(b) {
		switch x, y := a[i], b[j]; {
		case x < y:
			out[n] = x
			i, n = i+1, n+1
		case x > y:
			out[n] = y
			j, n = j+1, n+1
		default:
			// in both: wanted by OR, and not by XOR
			if both {
				out[n] = x
				n++
			}
			i, j = i+1, j+1
		}
	}
	n += copy(out[n:], a[i:])
	return n + copy(out[n:], b[j:])
}

// subtract writes the rows of a that are not in b to out, which has room for a, and
// returns how many there are.
func subtract(out, a, b []uint16) (n int) {
	if len(a)*skewed < len(b) {
		for _, low := range a {
			if b = b[search(b, low):]; len(b) == 0 || b[0] != low {
				out[n] = low
				n++
			}
		}
		return n
	}
	i, j := 0, 0
	for i < len(a) && j < len(b) {
		switch x, y := a[i], b[j]; {
		case x < y:
			out[n] = x
			i, n = i+1, n+1
		case x > y:
			j++
		default:
			i, j = i+1, j+1
		}
	}
	return n + copy(out[n:], a[i:])
}
