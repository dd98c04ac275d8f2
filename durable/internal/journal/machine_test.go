package journal

import (
	"encoding/binary"
	"fmt"
	"io"
	"math/rand/v2"
)

// A machine is the toy that the journal is proven on. Its state is a number that all
// records so far have been stirred into, so two machines with the same state have seen the
// same records in the same order.
type machine struct {
	n   uint64 // how many records
	sum uint64
}

// stir takes a step: the result is a function of the state and the input.
func (m machine) stir(input []byte) machine {
	const prime = 1099511628211
	h := m.sum ^ 14695981039346656037
	for ; len(input) >= 8; input = input[8:] {
		h = (h ^ binary.LittleEndian.Uint64(input)) * prime
		h ^= h >> 29
	}
	for _, c := range input {
		h = (h ^ uint64(c)) * prime
	}
	return machine{m.n + 1, h ^ h>>32}
}

// A payload is the input and the result. Replay takes the step again and compares.
func (m machine) payload(b, input []byte) ([]byte, machine) {
	after := m.stir(input)
	return append(binary.LittleEndian.AppendUint64(b[:0], after.sum), input...), after
}

// replay is the callback of Open.
func (m *machine) replay(lsn uint64, payload []byte) error {
	if lsn != m.n+1 {
		return fmt.Errorf("record %d is replayed after %d", lsn, m.n)
	}
	if len(payload) < 8 {
		return fmt.Errorf("record %d is %d bytes", lsn, len(payload))
	}
	after := m.stir(payload[8:])
	if after.sum != binary.LittleEndian.Uint64(payload) {
		return fmt.Errorf("record %d has another result than when it was written", lsn)
	}
	*m = after
	return nil
}

// meta and body are its snapshot: the body is padded to several blocks.
func (m machine) meta() []byte { return binary.LittleEndian.AppendUint64(nil, m.n) }

func (m machine) body(size int) []byte {
	b := binary.LittleEndian.AppendUint64(nil, m.sum)
	pad := rand.New(rand.NewPCG(m.n, m.sum))
	for len(b) < size {
		b = binary.LittleEndian.AppendUint64(b, pad.Uint64())
	}
	return b
}

// restore is the callback of Open. It checks the padding, of which no byte may differ.
func (m *machine) restore(meta []byte, body io.Reader) error {
	b, err := io.ReadAll(body)
	if err != nil {
		return err
	}
	if len(meta) != 8 || len(b) < 8 {
		return fmt.Errorf("a snapshot of %d and %d bytes", len(meta), len(b))
	}
	m.n, m.sum = binary.LittleEndian.Uint64(meta), binary.LittleEndian.Uint64(b)
	if string(b) != string(m.body(len(b))) {
		return fmt.Errorf("the snapshot of %d is not what was written", m.n)
	}
	return nil
}
