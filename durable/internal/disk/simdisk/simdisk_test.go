package simdisk

import (
	"bytes"
	"errors"
	"fmt"
	"syscall"
	"testing"

	"github.com/segmentrules/segment/durable/internal/disk"
)

// cuts writes old bytes that are synced and new ones that are not, cuts the power many
// times over, and returns how often each content was left.
func cuts(t *testing.T, prepare func(d *Disk), name string) map[string]int {
	t.Helper()
	left := map[string]int{}
	for seed := range uint64(2000) {
		d := New(seed)
		prepare(d)
		d.Cut()
		left[string(d.Bytes(name))]++
	}
	return left
}

func must(t *testing.T, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

func TestCutOfSectors(t *testing.T) {
	old, add := bytes.Repeat([]byte{1}, 700), bytes.Repeat([]byte{2}, 1000)
	left := cuts(t, func(d *Disk) {
		f, err := d.Create("a")
		must(t, err)
		_, err = f.Write(old)
		must(t, err, f.Sync(), d.Sync())
		_, err = f.Write(add)
		must(t, err)
	}, "a")
	whole := string(old) + string(add)
	hole := []byte(whole)
	clear(hole[700:1024]) // the sector in which old and new meet was not written
	middle := []byte(whole)
	clear(middle[1024:1536])
	for what, want := range map[string]string{"old": string(old), "all": whole, "hole": string(hole), "middle": string(middle)} {
		if left[want] == 0 {
			t.Errorf("never left: %s", what)
		}
	}
	if len(left) < 100 {
		t.Errorf("the end was cut in %d places only", len(left))
	}
	for got := range left {
		if len(got) < 700 || got[:700] != string(old) {
			t.Fatalf("what was synced is gone: %d bytes", len(got))
		}
	}
}

func TestCutOfNames(t *testing.T) {
	left := map[string]int{}
	for seed := range uint64(2000) {
		d := New(seed)
		f, err := d.Create("a")
		must(t, err)
		_, err = f.Write([]byte("x"))
		must(t, err, f.Sync(), d.Sync())
		must(t, d.Rename("a", "b"))
		_, err = d.Create("c")
		must(t, err)
		d.Cut()
		left[fmt.Sprint(d.Names())]++
	}
	for _, want := range []string{"[a]", "[b]", "[a c]", "[b c]", "[a b]"} {
		if left[want] == 0 {
			t.Errorf("never left: %s", want)
		}
	}
	if left["[]"]+left["[c]"] > 0 {
		t.Errorf("a rename lost the file: %v", left)
	}
}

func TestKillThenCut(t *testing.T) {
	lost := 0
	for seed := range uint64(100) {
		d, f := written(t, seed)
		d.Kill()
		if string(d.Bytes("a")) != "written" {
			t.Fatal("a kill lost what was written")
		}
		if _, err := f.Write([]byte("x")); !errors.Is(err, ErrDown) {
			t.Fatalf("a file of an earlier life: %v", err)
		}
		if d.Cut(); len(d.Bytes("a")) == 0 {
			lost++
		}
	}
	if lost == 0 {
		t.Error("a cut after a kill lost nothing")
	}
}

func TestSyncThatFailed(t *testing.T) {
	lost := 0
	for seed := range uint64(100) {
		d, f := written(t, seed)
		d.FailAt(d.Steps()+1, syscall.EIO)
		if err := f.Sync(); !errors.Is(err, syscall.EIO) {
			t.Fatal(err)
		}
		must(t, f.Sync())
		_, err := f.Write([]byte("more"))
		must(t, err, f.Sync())
		if string(d.Bytes("a")) != "writtenmore" {
			t.Fatalf("seen: %q", d.Bytes("a"))
		}
		if d.Cut(); string(d.Bytes("a")) != "writtenmore" {
			lost++
		}
	}
	if lost == 0 || lost == 100 {
		t.Errorf("after a sync that failed, data was lost %d times of 100", lost)
	}
}

func TestGhosts(t *testing.T) {
	seen := 0
	for seed := range uint64(300) {
		d := New(seed)
		d.Haunt()
		f, err := d.Create("a")
		must(t, err)
		_, err = f.Write(bytes.Repeat([]byte("old"), 600))
		must(t, err, f.Sync(), d.Sync(), d.Remove("a"), d.Sync())
		f, err = d.Create("b")
		must(t, err, d.Sync())
		_, err = f.Write(bytes.Repeat([]byte("new"), 600))
		must(t, err)
		d.Cut()
		if bytes.Contains(d.Bytes("b"), []byte("old")) {
			seen++
		}
	}
	if seen == 0 {
		t.Error("what a file had that is gone was never seen")
	}
}

// written is a disk with a file of which the name lasts, and what is in it may not.
func written(t *testing.T, seed uint64) (*Disk, disk.File) {
	t.Helper()
	d := New(seed)
	f, err := d.Create("a")
	must(t, err, d.Sync())
	_, err = f.Write([]byte("written"))
	must(t, err)
	return d, f
}
