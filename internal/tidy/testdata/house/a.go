package house

// Plan is what a builder reads.
type Plan struct{ rooms []room }

func (p Plan) Size() int {
	n := p.rooms[0].width + p.rooms[0].width
	p.rooms[0].paint()
	return n
}
func most() int { return limit }
