package cluster

import (
	"encoding/binary"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/internal/codec"
)

// A message of the input is one call. What one call tells depends on where it ends, so that
// messages are never put together or taken apart.
//
// As bytes it begins with two bytes that say what it is, and a version. What does not begin
// so is a poison message, which every worker skips and counts; a later version is none, for
// other workers know it.

// A Kind says what a message asks for. The numbers stay what they are.
type Kind byte

// The kinds. All but KindUpdates are broadcast: every partition reads them, in one order.
const (
	KindUpdates Kind = 1 + iota // updates of contacts of one partition, one call
	KindDefine                  // a segment is defined
	KindDrop                    // a segment is dropped
	KindTick                    // time has passed; the one kind that may also go to one partition alone
	KindEpoch                   // which environment reads what follows
)

// A Message is a call as it is sent. The instant of the call is when the broker has stored
// it, or the clock of the partition if that is later.
type Message struct {
	Kind Kind
	// Producer and Number, if set, make it safe to send a message again: in a partition a
	// number of updates that is not above all before it of the producer is not applied
	// again, also if it was refused. Numbers begin at 1; what is broadcast is numbered by itself.
	// The last number of each producer is part of the state of every partition, until it has
	// sent nothing for 30 days at least, by the instants of messages.
	Producer string
	Number   uint64

	Updates []segment.Update // their At is not sent: it is that of the call. Those of events are.
	Segment segment.Segment  // as a schema has resolved it (index.Options.Resolve); of a drop the ID alone
	Epoch   Epoch
}

// An Epoch says by which programs the input is read from its message on. The first message
// of a cluster is one; what comes before it is refused.
type Epoch struct {
	Number      uint64 // growing; one that is not above the last is ignored
	Partitions  int    // the same in all epochs
	Environment segment.Environment
}

const (
	messageMagic   = "sg"
	messageVersion = 1
)

// noInstant stands in place of the instants of updates, which are not sent.
var noInstant = time.Unix(0, 0).UTC()

// AppendBinary appends the message as bytes. Errors: whatever no worker could read, such as
// an unknown kind, no updates, names that are missing or not UTF-8, an epoch without a
// number; those of segment.Update.Validate and segment.Segment.AppendBinary. What the index
// refuses only as it stands then, such as a reference to a segment that is not there, is no
// error here: see [Commit.Refused].
func (m Message) AppendBinary(b []byte) ([]byte, error) {
	from := len(b)
	b, err := m.append(b)
	if err == nil && m.Kind != KindUpdates { // of updates all is checked as they are written
		err = new(Message).UnmarshalBinary(b[from:])
	}
	return b, err
}

// append is AppendBinary; of a definition it may write more than may be read.
func (m Message) append(b []byte) (_ []byte, err error) {
	switch e := m.Epoch; {
	case !utf8.ValidString(m.Producer):
		return b, fmt.Errorf("cluster: the name of a producer, %q, is not UTF-8", m.Producer)
	case m.Producer != "" && m.Number == 0:
		return b, fmt.Errorf("cluster: a message of producer %q has no number, or 0: they begin at 1", m.Producer)
	case (m.Kind == KindDefine || m.Kind == KindDrop) && m.Segment.ID == "":
		return b, fmt.Errorf("cluster: the segment has no id")
	case m.Kind == KindEpoch && (e.Number == 0 || e.Partitions < 1 || e.Environment.Meaning < 0):
		return b, fmt.Errorf("cluster: epoch %d has %d partitions and meaning %d: its number and partitions are 1 at least", e.Number, e.Partitions, e.Environment.Meaning)
	}
	b = append(append(b, messageMagic...), messageVersion, byte(m.Kind))
	b = binary.AppendUvarint(codec.AppendText(b, m.Producer), m.Number)
	switch m.Kind {
	case KindUpdates:
		if len(m.Updates) == 0 {
			return b, fmt.Errorf("cluster: a message of updates has none")
		}
		b = binary.AppendUvarint(b, uint64(len(m.Updates)))
		for _, u := range m.Updates {
			u.At = noInstant
			text, err := u.AppendBinary(nil)
			if err != nil {
				return b, err
			}
			b = codec.AppendText(b, text)
		}
	case KindDefine:
		text, err := m.Segment.AppendBinary(nil)
		if err != nil {
			return b, err
		}
		b = codec.AppendText(b, text)
	case KindDrop:
		b = codec.AppendText(b, m.Segment.ID)
	case KindTick:
	case KindEpoch:
		b = appendEpoch(b, m.Epoch)
	default:
		return b, fmt.Errorf("cluster: a message of kind %d, which there is not", m.Kind)
	}
	return b, nil
}

// UnmarshalBinary reads what AppendBinary has written, all of the bytes, and keeps none of
// them. Errors: bytes that are no message; a [*VersionError] for a later version.
func (m *Message) UnmarshalBinary(b []byte) error { return m.read(b, nil) }

// leastUpdate is how many bytes an update has at least, with its length before it. A count
// that is forged makes no more room than that allows.
const leastUpdate = 6

// read is UnmarshalBinary with room for updates, which are overwritten.
func (m *Message) read(b []byte, room []segment.Update) error {
	r := codec.NewReader(b, "a message")
	if string(r.Raw(len(messageMagic))) != messageMagic {
		r.Fail("it does not begin as one")
	}
	if v := r.Byte(); r.OK() && v > messageVersion {
		return &VersionError{What: "a message", Version: int(v), Known: messageVersion}
	} else if r.OK() && v == 0 {
		r.Fail("it is of version 0")
	}
	out := Message{Kind: Kind(r.Byte()), Producer: r.Text(), Number: r.Uvarint()}
	if out.Producer != "" && out.Number == 0 {
		r.Fail("it has a producer and no number")
	}
	switch out.Kind {
	case KindUpdates:
		n := r.Count(codec.MaxText, "updates")
		if r.OK() && n == 0 {
			r.Fail("it has no updates")
		}
		out.Updates = slices.Grow(room[:0], min(n, len(b)/leastUpdate))
		for i := 0; i < n && r.OK(); i++ {
			out.Updates = append(out.Updates, segment.Update{})
			readSized(r, &out.Updates[i])
		}
	case KindDefine:
		readSized(r, &out.Segment)
	case KindDrop:
		out.Segment.ID = r.Text()
	case KindTick:
	case KindEpoch:
		out.Epoch = readEpoch(r)
	default:
		r.Fail("it is of kind %d, which there is not", out.Kind)
	}
	if err := r.End(); err != nil {
		return err
	}
	*m = out
	return nil
}

// Route returns the partition to whose input a message goes, or that it is broadcast. The
// error names two contacts of a message that belong to different partitions: see [Split].
func (m Message) Route(partitions int) (partition int, broadcast bool, err error) {
	if m.Kind != KindUpdates {
		return 0, true, nil
	}
	for i, u := range m.Updates {
		p := Partition(u.Contact, partitions)
		if i > 0 && p != partition {
			return 0, false, fmt.Errorf("cluster: a message is of one partition, and contact %q is of %d, contact %q of %d", m.Updates[0].Contact, partition, u.Contact, p)
		}
		partition = p
	}
	return partition, false, nil
}

// Split returns updates by the partition of their contact, each in order. Each part is a
// call of its own.
func Split(us []segment.Update, partitions int) map[int][]segment.Update {
	parts := make(map[int][]segment.Update)
	for _, u := range us {
		p := Partition(u.Contact, partitions)
		parts[p] = append(parts[p], u)
	}
	return parts
}

// appendEpoch appends an epoch.
func appendEpoch(b []byte, e Epoch) []byte {
	b = binary.AppendUvarint(binary.AppendUvarint(b, e.Number), uint64(e.Partitions))
	b = binary.AppendUvarint(b, uint64(e.Environment.Meaning))
	return codec.AppendText(codec.AppendText(b, e.Environment.Unicode), e.Environment.Zones)
}

// readEpoch reads what appendEpoch has written.
func readEpoch(r *codec.Reader) Epoch {
	return Epoch{Number: r.Uvarint(), Partitions: r.Count(1<<20, "partitions"),
		Environment: segment.Environment{Meaning: r.Count(1<<30, "as a meaning"), Unicode: r.Text(), Zones: r.Text()}}
}

// readSized reads what has its length before it.
func readSized(r *codec.Reader, into interface{ UnmarshalBinary([]byte) error }) {
	b := r.Blob(codec.MaxText)
	if !r.OK() {
		return
	}
	if err := into.UnmarshalBinary(b); err != nil {
		r.Fail("%v", err)
	}
}
