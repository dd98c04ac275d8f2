package journal

import (
	"encoding/binary"
	"hash/crc32"

	"github.com/segmentrules/segment/durable/internal/disk"
)

// blockLen is how much of a snapshot one checksum covers, and how much of it is in memory.
const blockLen = 64 << 10

// blockHead is the checksum of a block and its length.
const blockHead = 4 + 4

// A snapWriter writes the file of a snapshot, under its temporary name.
type snapWriter struct {
	file disk.File
	sum  uint32 // the checksum of the block before
	buf  []byte // the block: room for its head, and the bytes so far
	most int    // how many bytes a block holds
	size int64
}

// createSnap begins a snapshot with its header and its meta.
func (d *folder) createSnap(lsn uint64, meta []byte, most int) (*snapWriter, error) {
	f, err := d.dir.Create(snapName(lsn) + tmpEnd)
	if err != nil {
		return nil, err
	}
	h := snapHeader{id: d.id, lsn: lsn, meta: uint64(len(meta))}
	head := h.bytes()
	w := &snapWriter{file: f, sum: h.sum, buf: make([]byte, blockHead, blockHead+most), most: most, size: snapHeadLen}
	if _, err = f.Write(head); err == nil {
		err = w.write(meta)
	}
	if err != nil {
		f.Close() // its error would tell nothing more
		return nil, err
	}
	return w, nil
}

// write appends to the block, and writes it whenever it is full.
func (w *snapWriter) write(p []byte) error {
	for len(p) > 0 {
		n := min(len(p), blockHead+w.most-len(w.buf))
		w.buf = append(w.buf, p[:n]...)
		p = p[n:]
		if len(w.buf) == blockHead+w.most {
			if err := w.flush(); err != nil {
				return err
			}
		}
	}
	return nil
}

// flush writes the block, and begins the next.
func (w *snapWriter) flush() error {
	binary.LittleEndian.PutUint32(w.buf[4:], uint32(len(w.buf)-blockHead))
	// from the sum of the block before, so that none can be left out or put elsewhere
	w.sum = crc32.Update(w.sum, castagnoli(), w.buf[4:])
	binary.LittleEndian.PutUint32(w.buf, w.sum)
	_, err := w.file.Write(w.buf)
	w.size += int64(len(w.buf))
	w.buf = w.buf[:blockHead]
	return err
}

// finish writes the last blocks, of which the one without bytes is the end.
func (w *snapWriter) finish() error {
	if len(w.buf) > blockHead {
		if err := w.flush(); err != nil {
			return err
		}
	}
	return w.flush()
}
