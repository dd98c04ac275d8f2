package journal

// A replay reads the logs of a store from the record after a snapshot on.
type replay struct {
	*folder
	logs    []uint64 // first lsns, in order
	after   uint64   // the record of the snapshot; those up to it are read and not handed out
	covered uint64   // the last record that was durable as far as snapshots and headers say
	record  func(lsn uint64, payload []byte) error

	buf []byte // of the reader of one log after the other

	// what was found
	head     logHeader // of the last log
	next     place     // what follows its records
	size     int64     // where they end
	durable  uint64    // the last record that surely was durable before the store was opened
	tail     *Tail
	replayed int
	bytes    int64 // frames of the records handed out
}

// run reads the logs one after the other, of which each must go on where the one before
// ended. What is no sound record in any log but the last is damage: a log is made when all
// of the one before is durable.
func (p *replay) run() error {
	start := logOf(p.logs, p.after)
	if start < 0 {
		return corrupt(logName(p.after+1), 0, "the log with record %d is missing", p.after+1)
	}
	for i := start; i < len(p.logs); i++ {
		if err := p.log(i, i > start); err != nil {
			return err
		}
	}
	return p.reached()
}

// reached makes sure that the logs go as far as what a snapshot or a header says.
func (p *replay) reached() error {
	if last := p.next.lsn - 1; last < p.covered && p.mistake != shortLogAccepted {
		return corrupt(logName(p.head.first), p.size, "the logs end with record %d, and record %d was durable", last, p.covered)
	}
	return nil
}

// log reads one log, which follows the one read before or is the first.
func (p *replay) log(i int, follows bool) error {
	first, until := p.logs[i], uint64(0)
	if i+1 < len(p.logs) {
		until = p.logs[i+1]
	}
	r, err := p.openLog(first, p.buf)
	if err != nil {
		return err
	}
	defer func() { p.buf = r.buf; r.close() }()
	if follows && (first != p.next.lsn || r.head.prev != p.next.prev) && p.mistake != gapAccepted {
		return corrupt(r.name, ownAt, "it does not go on where %s ends, with record %d", logName(p.head.first), p.next.lsn-1)
	}
	p.covered = max(p.covered, r.head.durable)
	if err := p.records(r, until); err != nil {
		return err
	}
	p.head, p.next, p.size = r.head, r.kept, r.whole
	p.durable = max(r.durable, p.covered)
	if r.end() || p.next.lsn == until {
		return nil
	}
	return p.judge(r, until == 0)
}

// records hands out the sound records of a log, up to the first of the next log: what
// stands behind was not known to be durable when the store was opened once, and was
// written anew or dropped then.
func (p *replay) records(r *logReader, until uint64) error {
	for r.next.lsn != until {
		lsn, payload, ok, err := r.record()
		if err != nil || !ok {
			return err
		}
		if lsn <= p.after && p.mistake != replayTwice {
			continue
		}
		p.replayed++
		p.bytes += r.at - r.whole
		if p.record != nil {
			if err := p.record(lsn, payload); err != nil {
				return err
			}
		}
	}
	r.whole, r.kept = r.at, r.next
	return nil
}

// judge says what it means that a log does not end with its records.
func (p *replay) judge(r *logReader, last bool) error {
	if !last {
		return corrupt(r.name, r.at, "record %d is broken, and was durable when the next log was made", r.next.lsn)
	}
	tail, err := r.tail()
	if err != nil {
		return err
	}
	if why := r.next.damage(tail, r.at, p.covered, p.mistake); why != "" {
		return corrupt(r.name, r.at, "%s", why)
	}
	p.tail = &Tail{File: r.name, Offset: r.whole, Bytes: r.size - r.whole, Record: r.next.lsn}
	return nil
}
