package jsontext

// Shortened returns a text for a message: the whole of it if it is short, else its
// start and three dots.
func Shortened(b []byte) string {
	if len(b) > 40 {
		return string(b[:40]) + "…"
	}
	return string(b)
}
