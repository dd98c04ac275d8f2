package journal

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/segmentrules/segment/durable/internal/disk"
	"github.com/segmentrules/segment/durable/internal/disk/simdisk"
)

// The tests of this file are the single cases, each with its message.

func must(t testing.TB, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

// opened opens a store and gathers its records.
func opened(t testing.TB, d disk.Dir, o Options) (*Journal, Report, []string) {
	t.Helper()
	o.ID = id{1}
	var records []string
	j, rep, err := Open(d, o, nil, func(_ uint64, payload []byte) error {
		records = append(records, string(payload))
		return nil
	})
	must(t, err)
	return j, rep, records
}

func appended(t testing.TB, j *Journal, records ...string) {
	t.Helper()
	for _, r := range records {
		_, err := j.Append([]byte(r))
		must(t, err)
	}
	must(t, j.Flush())
}

func snapshot(t testing.TB, j *Journal, body string) {
	t.Helper()
	s, err := j.BeginSnapshot(j.LSN(), []byte("meta of "+body))
	must(t, err)
	_, err = io.WriteString(s, body)
	must(t, err, s.Commit())
}

func TestRecordsComeBack(t *testing.T) {
	d := simdisk.New(1)
	j, rep, _ := opened(t, d, Options{})
	if !rep.Created || rep.ID != (id{1}) || j.ID() != (id{1}) {
		t.Errorf("%+v", rep)
	}
	long := strings.Repeat("0123456789abcdef", 3<<16) // three pieces
	appended(t, j, "", "a", long, "b")
	if j.LSN() != 4 || j.Durable() != 4 || j.LogBytes() < int64(len(long)) {
		t.Errorf("lsn %d, durable %d, %d bytes", j.LSN(), j.Durable(), j.LogBytes())
	}
	must(t, j.Close(), j.Close())
	if _, err := j.Append(nil); !errors.Is(err, ErrClosed) {
		t.Errorf("append after close: %v", err)
	}
	j, rep, records := opened(t, d, Options{})
	if !slices.Equal(records, []string{"", "a", long, "b"}) || rep.Created || rep.Dropped != nil || rep.Last != 4 {
		t.Errorf("%d records, %+v", len(records), rep)
	}
	must(t, j.Close())
}

func TestSnapshotComesBack(t *testing.T) {
	d := simdisk.New(1)
	j, _, _ := opened(t, d, Options{})
	body := strings.Repeat("body", 50_000)
	for i := range 5 {
		appended(t, j, fmt.Sprint(i))
		snapshot(t, j, body)
	}
	appended(t, j, "last")
	if j.Snapshot() != 5 || j.SnapshotBytes() < int64(len(body)) || j.LogBytes() != frameRoom+4 {
		t.Errorf("snapshot of %d, %d bytes, %d of log", j.Snapshot(), j.SnapshotBytes(), j.LogBytes())
	}
	must(t, j.Close())
	if got := fmt.Sprint(d.Names()); got != "[0000000000000005.log 0000000000000004.snap 0000000000000005.snap 0000000000000006.log 0000000000000007.log lock]" &&
		got != "[0000000000000004.snap 0000000000000005.log 0000000000000005.snap 0000000000000006.log 0000000000000007.log lock]" {
		t.Errorf("what is kept: %s", got)
	}
	calls := 0
	_, rep, err := Open(d, Options{}, func(meta []byte, r io.Reader) error {
		calls++
		b, err := io.ReadAll(r)
		if string(meta) != "meta of "+body || string(b) != body {
			t.Error("another meta or body")
		}
		return err
	}, func(lsn uint64, payload []byte) error {
		if lsn != 6 || string(payload) != "last" || calls != 1 {
			t.Errorf("record %d, %q, after %d snapshots", lsn, payload, calls)
		}
		return nil
	})
	if err != nil || rep.Snapshot != 5 || rep.Replayed != 1 {
		t.Errorf("%v, %+v", err, rep)
	}
}

func TestErrorOfCallbacks(t *testing.T) {
	d := simdisk.New(1)
	j, _, _ := opened(t, d, Options{})
	appended(t, j, "a")
	snapshot(t, j, "body")
	appended(t, j, "b")
	must(t, j.Close())
	mine := errors.New("mine")
	if _, _, err := Open(d, Options{}, func([]byte, io.Reader) error { return mine }, nil); err != mine {
		t.Errorf("of restore: %v", err)
	}
	if _, _, err := Open(d, Options{}, nil, func(uint64, []byte) error { return mine }); err != mine {
		t.Errorf("of replay: %v", err)
	}
	j, _, _ = opened(t, d, Options{}) // the lock is free, and nothing has changed
	must(t, j.Close())
}

func TestTornTailIsReported(t *testing.T) {
	d := simdisk.New(1)
	j, _, _ := opened(t, d, Options{})
	appended(t, j, "first", "second")
	b := d.Bytes(logName(1))
	end := int64(len(b))
	d.Put(logName(1), append(slices.Clone(b), make([]byte, 700)...))
	d.Kill()
	v, err := Verify(d)
	must(t, err)
	_, rep, records := opened(t, d, Options{})
	want := Tail{File: logName(1), Offset: end, Bytes: 700, Record: 3}
	if len(records) != 2 || rep.Dropped == nil || *rep.Dropped != want || v.Tail == nil || *v.Tail != want {
		t.Errorf("%q, %+v, %+v", records, rep.Dropped, v.Tail)
	}
	d.Kill()
	if _, rep, records := opened(t, d, Options{}); len(records) != 2 || rep.Dropped != nil {
		t.Errorf("reported twice: %q, %+v", records, rep.Dropped)
	}
}

func TestPoison(t *testing.T) {
	d := simdisk.New(1)
	j, _, _ := opened(t, d, Options{})
	appended(t, j, "a")
	d.FailAt(d.Steps()+2, syscall.ENOSPC)
	_, err := j.Append([]byte("b"))
	must(t, err)
	first := j.Flush()
	if !errors.Is(first, ErrPoisoned) || !errors.Is(first, syscall.ENOSPC) || j.Durable() != 1 || j.LSN() != 2 {
		t.Errorf("%v, durable %d", first, j.Durable())
	}
	_, errAppend := j.Append(nil)
	_, errSnap := j.BeginSnapshot(1, nil)
	for _, err := range []error{errAppend, errSnap, j.Flush(), j.Sync(Batch{}), j.Err(), j.Close()} {
		if err != first {
			t.Errorf("later: %v", err)
		}
	}
	if _, _, records := opened(t, d, Options{}); records[0] != "a" {
		t.Errorf("%q", records)
	}
}

func TestAbandon(t *testing.T) {
	d := simdisk.New(1)
	j, _, _ := opened(t, d, Options{})
	appended(t, j, "a")
	_, err := j.Append([]byte("b"))
	must(t, err, j.Abandon(), j.Abandon(), j.Close())
	if _, err := j.Append(nil); !errors.Is(err, ErrClosed) {
		t.Errorf("appended: %v", err)
	}
	if _, _, records := opened(t, d, Options{}); !slices.Equal(records, []string{"a"}) {
		t.Errorf("%q", records)
	}
}

func TestFullDisk(t *testing.T) {
	for step := 1; ; step++ {
		d := simdisk.New(uint64(step))
		j, _, _ := opened(t, d, Options{})
		appended(t, j, "a")
		d.Kill()
		d.FailAt(d.Steps()+step, syscall.ENOSPC)
		j, _, err := Open(d, Options{}, nil, nil)
		if err == nil {
			if step < 10 {
				t.Errorf("opened in %d steps", step)
			}
			break
		}
		if !errors.Is(err, syscall.ENOSPC) || j != nil {
			t.Fatalf("step %d: %v", step, err)
		}
		if _, _, records := opened(t, d, Options{}); len(records) != 1 {
			t.Fatalf("step %d: %q", step, records)
		}
	}
}

func TestMisuse(t *testing.T) {
	d := simdisk.New(1)
	if _, _, err := Open(d, Options{}, nil, nil); !errors.Is(err, ErrNoStore) {
		t.Errorf("no id: %v", err)
	}
	if _, _, err := Open(d, Options{ID: id{1}, ReadOnly: true}, nil, nil); !errors.Is(err, ErrNoStore) {
		t.Errorf("made to be read: %v", err)
	}
	if _, err := Verify(d); !errors.Is(err, ErrNoStore) {
		t.Errorf("verify: %v", err)
	}
	j, _, err := Open(d, Options{NewID: func() [16]byte { return id{1} }}, nil, nil)
	must(t, err)
	if _, _, err := Open(d, Options{}, nil, nil); !errors.Is(err, disk.ErrLocked) || !strings.Contains(err.Error(), "lock") {
		t.Errorf("opened twice: %v", err)
	}
	if _, err := Verify(d); !errors.Is(err, disk.ErrLocked) {
		t.Errorf("verify while it is open: %v", err)
	}
	for _, lsn := range []uint64{0, 1} {
		if _, err := j.BeginSnapshot(lsn, nil); err == nil {
			t.Errorf("a snapshot of %d", lsn)
		}
	}
	appended(t, j, "a")
	s, err := j.BeginSnapshot(1, nil)
	must(t, err)
	if _, err := j.BeginSnapshot(1, nil); !errors.Is(err, errBusy) {
		t.Errorf("two snapshots: %v", err)
	}
	must(t, s.Finish(), s.Finish())
	if _, err := s.Write(nil); !errors.Is(err, errSynced) {
		t.Errorf("write behind the end: %v", err)
	}
	must(t, s.Commit(), s.Abort())
	if err := s.Commit(); !errors.Is(err, errOver) {
		t.Errorf("committed twice: %v", err)
	}
	_, err = j.Append([]byte("b"))
	must(t, err)
	j.Take() // left out
	_, err = j.Append([]byte("c"))
	must(t, err)
	if err := j.Flush(); !errors.Is(err, ErrPoisoned) || !errors.Is(err, errOrder) {
		t.Errorf("a batch was left out: %v", err)
	}
}

func TestFilesOfOthers(t *testing.T) {
	d := simdisk.New(1)
	j, _, _ := opened(t, d, Options{})
	appended(t, j, "a")
	must(t, j.Close())
	var damage *CorruptError
	if _, _, err := Open(d, Options{ID: id{2}}, nil, nil); !errors.As(err, &damage) || damage.File != logName(1) {
		t.Errorf("another store: %v", err)
	}
	// a version to come, with a sound header
	b := slices.Clone(d.Bytes(logName(2)))
	b[8] = 9
	binary.LittleEndian.PutUint32(b[logHeadLen-4:], crc32.Checksum(b[:logHeadLen-4], castagnoli()))
	d.Put(logName(2), b)
	var later *VersionError
	if _, _, err := Open(d, Options{}, nil, nil); !errors.As(err, &later) || later.Version != 9 || later.File != logName(2) {
		t.Errorf("a later version: %v", err)
	}
	if v, err := Verify(d); err != nil || len(v.Damaged) != 1 || !errors.As(v.Damaged[0], &later) {
		t.Errorf("a later version: %v, %v", v, err)
	}
	// files that are none of the store's do not matter
	d.Put(logName(2), nil)
	for _, name := range []string{"README", "2.log", "000000000000000A.log", "0000000000000001.logs", "x.tmp", logName(3) + ".bad"} {
		d.Put(name, []byte("x"))
	}
	_, rep, records := opened(t, d, Options{})
	if len(records) != 1 || len(rep.Leftover) > 0 || d.Bytes("x.tmp") == nil {
		t.Errorf("%q, %+v", records, rep)
	}
}

func TestReadOnlyChangesNothing(t *testing.T) {
	d := simdisk.New(1)
	j, _, _ := opened(t, d, Options{})
	appended(t, j, "a")
	snapshot(t, j, "body")
	appended(t, j, "b")
	_, err := j.BeginSnapshot(2, nil)
	must(t, err)
	d.Put(logName(2), append(slices.Clone(d.Bytes(logName(2))), 1, 2, 3))
	d.Kill()
	before := contents(d)
	j, rep, records := opened(t, d, Options{ReadOnly: true})
	k, _, _ := opened(t, d, Options{ReadOnly: true})
	if len(records) != 1 || rep.Dropped == nil || j.Durable() != 2 || rep.Snapshot != 1 {
		t.Errorf("%q, %+v", records, rep)
	}
	_, errAppend := j.Append(nil)
	_, errSnap := j.BeginSnapshot(2, nil)
	for _, err := range []error{errAppend, errSnap, j.Flush()} {
		if !errors.Is(err, ErrReadOnly) {
			t.Errorf("written: %v", err)
		}
	}
	if _, _, err := Open(d, Options{}, nil, nil); !errors.Is(err, disk.ErrLocked) {
		t.Errorf("opened to write beside readers: %v", err)
	}
	must(t, j.Close(), k.Close())
	if !bytes.Equal(before, contents(d)) {
		t.Error("something has changed")
	}
}

func contents(d *simdisk.Disk) (all []byte) {
	for _, name := range d.Names() {
		all = fmt.Appendf(all, "%s %x\n", name, d.Bytes(name))
	}
	return all
}
