package house

func (r *room) paint() { r.width += most() }
