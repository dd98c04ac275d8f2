package disk

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestOSDir(t *testing.T) {
	d, err := MakeDir(filepath.Join(t.TempDir(), "a", "b"))
	if err != nil {
		t.Fatal(err)
	}
	f, err := d.Create("one.tmp")
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.Write([]byte("hello"))
	if err := errors.Join(err, f.Sync(), f.Close(), d.Rename("one.tmp", "one"), d.Sync()); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Create("one"); !errors.Is(err, fs.ErrExist) || !strings.Contains(err.Error(), "one") {
		t.Errorf("created twice: %v", err)
	}
	if f, err = d.Append("one"); err != nil {
		t.Fatal(err)
	}
	_, err = f.Write([]byte(", you"))
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
	r, err := d.Open("one")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	text := make([]byte, r.Size())
	if _, err := r.ReadAt(text, 0); err != nil || string(text) != "hello, you" {
		t.Errorf("%q, %v", text, err)
	}
	if f, err := d.Append("two"); f != nil || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v, %v", f, err)
	}
	if err := os.Mkdir(d.at("folder"), 0o777); err != nil {
		t.Fatal(err)
	}
	if names, err := d.List(); err != nil || !slices.Equal(names, []string{"one"}) {
		t.Errorf("%v, %v", names, err)
	}
}

func TestLock(t *testing.T) {
	d, err := OpenDir(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Lock("lock", true); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a shared lock without a file: %v", err)
	}
	l, err := d.Lock("lock", false)
	if err != nil {
		t.Fatal(err)
	}
	for _, shared := range []bool{false, true} {
		if _, err := d.Lock("lock", shared); !errors.Is(err, ErrLocked) || !strings.Contains(err.Error(), d.at("lock")) {
			t.Errorf("taken twice: %v", err)
		}
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		l, err := d.Lock("lock", true)
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
	}
	if _, err := d.Lock("lock", false); !errors.Is(err, ErrLocked) {
		t.Errorf("taken beside shared ones: %v", err)
	}
}
