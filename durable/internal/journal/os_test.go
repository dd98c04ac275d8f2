package journal

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/segmentrules/segment/durable/internal/disk"
)

// On a real file system: that the real directory does what the simulated one does, that
// locks hold, that goroutines go together, and that a process may be killed.

func osDir(t testing.TB, path string) *disk.OSDir {
	t.Helper()
	d, err := disk.OpenDir(path)
	must(t, err)
	return d
}

func TestOnFiles(t *testing.T) {
	path := t.TempDir()
	d := osDir(t, path)
	o := Options{FileBytes: 1 << 10}
	for n := range 8 {
		j, rep, records := opened(t, d, o)
		if len(records) != n*10-int(rep.Snapshot) || rep.Last != uint64(n*10) {
			t.Fatalf("%d records, %+v", len(records), rep)
		}
		_, _, err := Open(osDir(t, path), o, nil, nil)
		if !errors.Is(err, disk.ErrLocked) || !strings.Contains(err.Error(), filepath.Join(path, "lock")) {
			t.Fatalf("opened twice: %v", err)
		}
		for i := range 10 {
			appended(t, j, fmt.Sprintf("record %d of life %d", i, n))
			if i == 5 && n%2 == 1 {
				snapshot(t, j, strings.Repeat("x", 100_000))
			}
		}
		if n == 4 {
			// as if the process had died: the records are there, and not known to be durable
			must(t, j.Abandon())
			continue
		}
		must(t, j.Close())
	}
	v, err := Verify(d)
	if err != nil || len(v.Damaged) > 0 || v.Snapshots != 2 || v.ID != (id{1}) {
		t.Errorf("%+v, %v", v, err)
	}
}

func TestDirectoryThatCannotBeWritten(t *testing.T) {
	path := t.TempDir()
	j, _, _ := opened(t, osDir(t, path), Options{})
	appended(t, j, "a")
	must(t, j.Close())
	must(t, os.Remove(filepath.Join(path, lockName)), os.Chmod(path, 0o555))
	defer os.Chmod(path, 0o755)
	_, rep, records := opened(t, osDir(t, path), Options{ReadOnly: true})
	if len(records) != 1 || rep.Last != 1 {
		t.Errorf("%q, %+v", records, rep)
	}
	if os.Geteuid() == 0 {
		t.Skip("root writes anywhere")
	}
	if _, _, err := Open(osDir(t, path), Options{}, nil, nil); !errors.Is(err, fs.ErrPermission) || !strings.Contains(err.Error(), path) {
		t.Errorf("opened to write: %v", err)
	}
}

// Writers, one syncer and a snapshot at once: with -race this shows that the parts share
// nothing without a lock.
func TestTogether(t *testing.T) {
	d := osDir(t, t.TempDir())
	j, _, _ := opened(t, d, Options{FileBytes: 1 << 14})
	var mu sync.Mutex // the caller's lock
	var writers, helpers sync.WaitGroup
	over := make(chan bool)
	for range 4 {
		writers.Go(func() {
			for range 2000 {
				mu.Lock()
				_, err := j.Append([]byte("a record"))
				mu.Unlock()
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	helpers.Go(func() {
		for alive := true; alive; {
			select {
			case <-over:
				alive = false
			default:
			}
			mu.Lock()
			b := j.Take()
			mu.Unlock()
			if err := j.Sync(b); err != nil {
				t.Error(err)
			}
		}
	})
	helpers.Go(func() {
		for range 20 {
			lsn := j.LSN()
			if lsn <= j.Snapshot() {
				continue
			}
			s, err := j.BeginSnapshot(lsn, nil)
			if err == nil {
				_, err = s.Write([]byte("state"))
			}
			for err == nil {
				if err = s.Commit(); err == nil {
					break
				}
				if errors.Is(err, ErrNotDurable) {
					err = nil
					time.Sleep(time.Millisecond)
				}
			}
			if err != nil {
				t.Error(err)
				return
			}
			_ = j.LogBytes() + j.SnapshotBytes()
		}
	})
	writers.Wait()
	close(over)
	helpers.Wait()
	must(t, j.Close())
	if _, rep, _ := opened(t, d, Options{}); rep.Last != 8000 {
		t.Errorf("%+v", rep)
	}
}

// TestKill kills a process that writes, again and again, and looks for all that it said was
// durable. 8 times; DURABLE_KILLS=1000 more often.
func TestKill(t *testing.T) {
	if path := os.Getenv("DURABLE_KILLED"); path != "" {
		writeUntilKilled(path)
		return
	}
	kills := max(8, number(t, "DURABLE_KILLS"))
	path := t.TempDir()
	var m machine
	for range kills {
		said := killed(t, path)
		m = machine{}
		j, rep, err := Open(osDir(t, path), Options{ID: id{1}}, m.restore, m.replay)
		must(t, err)
		if m.n < said {
			t.Fatalf("record %d was acknowledged, and the last one found is %d: %+v", said, m.n, rep)
		}
		must(t, j.Abandon())
	}
	t.Logf("%d kills, %d records", kills, m.n)
}

// killed runs a process for some milliseconds, and returns the last record that it said was
// durable.
func killed(t *testing.T, path string) (said uint64) {
	cmd := exec.Command(os.Args[0], "-test.run=^TestKill$")
	cmd.Env = append(os.Environ(), "DURABLE_KILLED="+path)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	must(t, err, cmd.Start())
	time.AfterFunc(time.Duration(20+rand.IntN(60))*time.Millisecond, func() { _ = cmd.Process.Kill() })
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if n, err := strconv.ParseUint(lines.Text(), 10, 64); err == nil {
			said = n
		} else {
			t.Error(lines.Text())
		}
	}
	_ = cmd.Wait()
	return said
}

// writeUntilKilled says after each batch which record is durable.
func writeUntilKilled(path string) {
	var m machine
	d, err := disk.OpenDir(path)
	if err != nil {
		fmt.Println(err)
		return
	}
	j, _, err := Open(d, Options{ID: id{1}, FileBytes: 1 << 16}, m.restore, m.replay)
	for err == nil {
		for range 1 + rand.IntN(20) {
			var payload []byte
			payload, m = m.payload(nil, make([]byte, rand.IntN(500)))
			_, err = j.Append(payload)
		}
		if err == nil {
			err = j.Flush()
		}
		if err == nil && rand.IntN(10) == 0 {
			err = writeSnapshot(j, m)
		}
		fmt.Println(j.Durable())
	}
	fmt.Println(err)
}

func writeSnapshot(j *Journal, m machine) error {
	s, err := j.BeginSnapshot(m.n, m.meta())
	if err != nil {
		return err
	}
	if _, err := s.Write(m.body(10_000)); err != nil {
		return err
	}
	return s.Commit()
}

// noDisk is a directory in which nothing takes time: what is left is the journal's own work.
type noDisk struct{ disk.Dir }

type noFile struct{ io.Writer }

func (noDisk) Create(string) (disk.File, error)     { return noFile{io.Discard}, nil }
func (noDisk) Append(string) (disk.File, error)     { return noFile{io.Discard}, nil }
func (noDisk) Rename(string, string) error          { return nil }
func (noDisk) Sync() error                          { return nil }
func (noDisk) List() ([]string, error)              { return nil, nil }
func (noDisk) Lock(string, bool) (io.Closer, error) { return io.NopCloser(nil), nil }
func (noFile) Sync() error                          { return nil }
func (noFile) Close() error                         { return nil }

func TestAppendDoesNotAllocate(t *testing.T) {
	j, _, err := Open(noDisk{}, Options{ID: id{1}}, nil, nil)
	must(t, err)
	payload := make([]byte, 200)
	write := func() {
		for range 16 {
			if _, err := j.Append(payload); err != nil {
				t.Fatal(err)
			}
		}
		if err := j.Flush(); err != nil {
			t.Fatal(err)
		}
	}
	write()
	write() // both buffers have room now
	if n := testing.AllocsPerRun(1000, write); n != 0 {
		t.Errorf("%v allocations for 16 records and a flush", n)
	}
}
