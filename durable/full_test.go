package durable

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/durable/internal/disk"
	"github.com/segmentrules/segment/durable/internal/disk/simdisk"
)

// A disk without room: opening and snapshots fail with the name of a file, or work, and
// nothing that was accepted is lost by it. What fails is each step once, and each step with
// all that need room behind it.

// shortages are the ways to run out of room at a step.
var shortages = map[string]func(d *simdisk.Disk, step int){
	"once": func(d *simdisk.Disk, step int) { d.FailAt(step, syscall.ENOSPC) },
	"full": (*simdisk.Disk).Fill,
}

func opensOn(d *simdisk.Disk) (*core, error) {
	o := Options{FileBytes: 1 << 10}.filled()
	c, _, err := open(d, o, time.Now, func() [16]byte { return [16]byte{1} })
	return c, err
}

// lived is a disk with a store on it that has seen something, and the state it had.
func lived(t *testing.T) (*simdisk.Disk, *core) {
	t.Helper()
	d := simdisk.New(1)
	c, err := opensOn(d)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.define(pro, start); err != nil {
		t.Fatal(err)
	}
	goOn(t, c, 20)
	if err := c.snapshot(); err != nil {
		t.Fatal(err)
	}
	goOn(t, c, 7)
	return d, c
}

// goOn makes calls that are durable.
func goOn(t *testing.T, c *core, n int) {
	t.Helper()
	for i := range n {
		if _, err := c.apply("", 0, []segment.Update{setPlan(fmt.Sprint("c", i%5), []string{"pro", "free"}[i%2], start.Add(time.Duration(c.revision)*time.Second))}); err != nil {
			t.Fatal(err)
		}
		if err := c.j.Flush(); err != nil {
			t.Fatal(err)
		}
	}
}

func unfinished(d *simdisk.Disk) (names []string) {
	for _, name := range d.Names() {
		if strings.HasSuffix(name, ".tmp") {
			names = append(names, name)
		}
	}
	return names
}

// named makes sure that an error is of a full disk, and says of which file.
func named(t *testing.T, err error) *fs.PathError {
	t.Helper()
	var of *fs.PathError
	if !errors.Is(err, syscall.ENOSPC) || !errors.As(err, &of) || of.Path == "" {
		t.Fatalf("the error of a full disk that names no file: %v", err)
	}
	return of
}

// TestOpenOnAFullDisk opens stores of several pasts with every step failing.
func TestOpenOnAFullDisk(t *testing.T) {
	crashed, c := lived(t)
	crashed.Kill()
	want := c.ix.Hash()

	torn, c := lived(t) // and a snapshot that was being written
	if _, err := c.apply("", 0, []segment.Update{setPlan("late", "pro", start.AddDate(1, 0, 0))}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.freeze().write(c.j); err != nil {
		t.Fatal(err)
	}
	torn.CrashAt(torn.Steps() + 1)
	_ = c.j.Flush()
	torn.Kill()

	closed, c := lived(t)
	if err := c.close(true); err != nil {
		t.Fatal(err)
	}
	for name, past := range map[string]struct {
		disk *simdisk.Disk
		hash string
	}{"new": {simdisk.New(1), ""}, "crashed": {crashed, fmt.Sprint(want)}, "torn": {torn, fmt.Sprint(want)}, "closed": {closed, fmt.Sprint(want)}} {
		for how, runOut := range shortages {
			worked, failed := 0, 0
			for step := 1; ; step++ {
				d := past.disk.Clone(uint64(step))
				runOut(d, d.Steps()+step)
				before, steps := unfinished(d), d.Steps()
				c, err := opensOn(d)
				taken := d.Steps() - steps
				d.Fill(0)
				d.FailAt(0, nil)
				if err == nil {
					worked++
				} else {
					failed++
					named(t, err)
					for _, name := range unfinished(d) {
						if !slices.Contains(before, name) {
							t.Errorf("%s, %s, step %d: %s is left behind", name, how, step, name)
						}
					}
					if step%2 == 0 {
						d.Cut()
					}
					if c, err = opensOn(d); err != nil {
						t.Fatalf("%s, %s, step %d: with room again: %v", name, how, step, err)
					}
				}
				if past.hash != "" && fmt.Sprint(c.ix.Hash()) != past.hash {
					t.Fatalf("%s, %s, step %d: another state", name, how, step)
				}
				goOn(t, c, 3)
				after := c.ix.Hash()
				d.Cut()
				if c, err = opensOn(d); err != nil || c.ix.Hash() != after {
					t.Fatalf("%s, %s, step %d: %v, after a cut", name, how, step, err)
				}
				if step > taken {
					break
				}
			}
			t.Logf("%s, %s: opening worked %d times and failed %d times", name, how, worked, failed)
			if name == "new" && failed == 0 || worked == 0 {
				t.Errorf("%s, %s: too little was tried", name, how)
			}
		}
	}
}

// TestSnapshotOnAFullDisk: every step of a snapshot fails, the log goes on, nothing of it is
// left, and the next works. An error of the directory is one of the log too.
func TestSnapshotOnAFullDisk(t *testing.T) {
	for how, runOut := range shortages {
		wentOn := 0
		for step := 1; ; step++ {
			d, c := lived(t)
			steps := d.Steps()
			runOut(d, steps+step)
			err := c.snapshot()
			taken := d.Steps() - steps
			d.Fill(0)
			d.FailAt(0, nil)
			if err != nil {
				of := named(t, err)
				if ofAll := of.Op == "sync" && of.Path == "."; ofAll != (c.j.Err() != nil) {
					t.Fatalf("%s, step %d: %v, and then %v", how, step, err, c.j.Err())
				}
			} else if taken >= step && how == "once" {
				t.Errorf("%s, step %d: nobody is told that it failed", how, step)
			}
			if c.j.Err() == nil {
				wentOn++
				if left := unfinished(d); len(left) > 0 {
					t.Errorf("%s, step %d: %v is left behind", how, step, left)
				}
				goOn(t, c, 3)
				if err := c.snapshot(); err != nil || c.j.Snapshot() != c.j.LSN() {
					t.Fatalf("%s, step %d: the next snapshot: %v", how, step, err)
				}
				goOn(t, c, 3)
			}
			was := c.ix.Hash()
			d.Cut()
			if c, err = opensOn(d); err != nil || c.ix.Hash() != was {
				t.Fatalf("%s, step %d: opened after a cut: %v", how, step, err)
			}
			if step > taken {
				break
			}
		}
		if wentOn < 4 {
			t.Errorf("%s: the log went on %d times only", how, wentOn)
		}
	}
}

// A narrow is a directory in which there is no room for snapshots, for a time.
type narrow struct {
	disk.Dir
	full  atomic.Bool
	tries atomic.Int32
}

func (d *narrow) Create(name string) (disk.File, error) {
	f, err := d.Dir.Create(name)
	if err == nil && strings.Contains(name, ".snap") {
		d.tries.Add(1)
		return &narrowFile{File: f, d: d, name: name}, nil
	}
	return f, err
}

type narrowFile struct {
	disk.File
	d    *narrow
	name string
}

func (f *narrowFile) Sync() error {
	if f.d.full.Load() {
		return &fs.PathError{Op: "sync", Path: f.name, Err: syscall.ENOSPC}
	}
	return f.File.Sync()
}

// TestSnapshotsThatFail are tried again after longer and longer pauses, told of in Stats, and
// hold up nobody.
func TestSnapshotsThatFail(t *testing.T) {
	os, err := disk.MakeDir(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	d := &narrow{Dir: os}
	s, err := openIn(d, Options{RecoveryTarget: time.Microsecond})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	s.mu.Lock()
	s.snaps.pause = 30 * time.Millisecond
	s.mu.Unlock()
	d.full.Store(true)
	d.tries.Store(0)
	began := time.Now()
	for i := 0; i < 200 || s.Stats().SnapshotsFailed < 3; i++ {
		if _, err := s.Apply(setPlan(fmt.Sprint("c", i), "pro", start)); err != nil {
			t.Fatal(err)
		}
		if time.Since(began) > time.Minute {
			t.Fatalf("%+v", s.Stats())
		}
	}
	if took := time.Since(began); took < 80*time.Millisecond { // 30 and 60 between three of them
		t.Errorf("%d snapshots were tried within %v", d.tries.Load(), took)
	}
	st := s.Stats()
	if named(t, st.SnapshotErr); st.SnapshotsFailed > 20 || s.Err() != nil || st.Snapshot > 1 {
		t.Errorf("%+v, %v", st, s.Err())
	}
	if err := s.Snapshot(); named(t, err).Path == "" {
		t.Error(err)
	}
	names, err := os.List()
	if err != nil || slices.ContainsFunc(names, func(name string) bool { return strings.HasSuffix(name, ".tmp") }) {
		t.Errorf("%v: %v", err, names)
	}
	d.full.Store(false) // the next is made without anybody calling
	for s.Stats().SnapshotErr != nil {
		if time.Since(began) > 2*time.Minute {
			t.Fatalf("%+v", s.Stats())
		}
		time.Sleep(10 * time.Millisecond)
	}
	if st := s.Stats(); st.SnapshotsFailed != 0 || st.Snapshot < 100 || st.Records < st.Durable {
		t.Errorf("%+v", st)
	}
}
