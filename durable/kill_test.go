package durable

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// TestSyncEvery returns at once, and is on the disk after a while.
func TestSyncEvery(t *testing.T) {
	path := t.TempDir()
	s := opened(t, path, Options{SyncEvery: 20 * time.Millisecond})
	if _, err := s.Apply(setPlan("a", "pro", start)); err != nil {
		t.Fatal(err)
	}
	for range 500 {
		if s.c.j.Durable() >= 2 {
			break
		}
		time.Sleep(5 * time.Millisecond)
	}
	if dead := opened(t, killed(t, path), Options{}); dead.Index().Stats().Contacts != 1 {
		t.Error("it never was on the disk")
	}
}

// TestSnapshotsOnItsOwn: where calls take long, or the log grows, snapshots are made, so
// that little is made again.
func TestSnapshotsOnItsOwn(t *testing.T) {
	path := t.TempDir()
	s := opened(t, path, Options{RecoveryTarget: time.Microsecond})
	for i := range 300 {
		if _, err := s.Apply(setPlan(fmt.Sprint("c", i), "pro", start)); err != nil {
			t.Fatal(err)
		}
	}
	dead := opened(t, killed(t, path), Options{})
	if r := dead.Opened(); r.Snapshot < 10 || r.Replayed > 280 || dead.Index().Stats().Contacts != 300 {
		t.Errorf("%+v", r)
	}
}

// TestKill kills a process that writes, and looks whether all is there that it was told.
// STORE_KILLS says how often.
func TestKill(t *testing.T) {
	if path := os.Getenv("STORE_KILLED"); path != "" {
		writeUntilKilled(path)
	}
	path, told := t.TempDir(), 0
	kills := 4
	if n := os.Getenv("STORE_KILLS"); n != "" {
		fmt.Sscan(n, &kills)
	}
	for i := range kills {
		cmd := exec.Command(os.Args[0], "-test.run", "^TestKill$")
		cmd.Env = append(os.Environ(), "STORE_KILLED="+path)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.AfterFunc(time.Duration(60+37*(i%7))*time.Millisecond, func() { cmd.Process.Kill() })
		text, _ := io.ReadAll(out)
		_ = cmd.Wait()
		for _, line := range strings.Split(string(text), "\n") {
			if n := 0; strings.HasPrefix(line, "told ") && strings.HasSuffix(line, ".") {
				fmt.Sscanf(line, "told %d.", &n)
				told = max(told, n)
			}
		}
		s, err := Open(killed(t, path), Options{})
		if err != nil {
			t.Fatal(err)
		}
		if n := s.Index().Stats().Contacts; n < told || uint64(n) != s.Index().Revision() {
			t.Fatalf("%d contacts at revision %d, and %d were told", n, s.Index().Revision(), told)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if told == 0 {
		t.Error("nothing was told")
	}
}

func writeUntilKilled(path string) {
	s, err := Open(path, Options{FileBytes: 4 << 10, RecoveryTarget: 5 * time.Millisecond})
	if err == nil {
		_, err = s.Define(pro, start)
	}
	for i := s.Index().Stats().Contacts; err == nil; i++ {
		if _, err = s.Apply(setPlan(fmt.Sprint("c", i), "pro", start)); err == nil {
			fmt.Printf("told %d.\n", i+1)
		}
	}
	fmt.Println(err)
	os.Exit(1)
}
