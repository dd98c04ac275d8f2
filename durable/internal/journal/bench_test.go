package journal

import (
	"fmt"
	"os"
	"testing"
)

// BenchmarkFlush is records of 220 bytes, as many as a call with its diffs takes, appended
// and made durable together, on the file system of the temporary directory. The time is of
// one record.
func BenchmarkFlush(b *testing.B) {
	for _, batch := range []int{1, 16, 256} {
		b.Run(fmt.Sprintf("batch=%d", batch), func(b *testing.B) {
			j, _, _ := opened(b, osDir(b, b.TempDir()), Options{})
			payload := make([]byte, 220)
			b.ReportAllocs()
			b.SetBytes(int64(len(payload)))
			b.ResetTimer()
			for i := range b.N {
				if _, err := j.Append(payload); err != nil {
					b.Fatal(err)
				}
				if (i+1)%batch == 0 || i == b.N-1 {
					must(b, j.Flush())
				}
			}
			b.StopTimer()
			must(b, j.Close())
		})
	}
}

// BenchmarkAppend is the work of the journal alone, without a disk.
func BenchmarkAppend(b *testing.B) {
	j, _, err := Open(noDisk{}, Options{ID: id{1}}, nil, nil)
	must(b, err)
	payload := make([]byte, 220)
	b.ReportAllocs()
	b.SetBytes(int64(len(payload)))
	for i := range b.N {
		if _, err := j.Append(payload); err != nil {
			b.Fatal(err)
		}
		if i%256 == 0 {
			must(b, j.Flush())
		}
	}
}

// BenchmarkReplay opens a store of 200,000 records of 220 bytes, which the system has in its
// cache: closed, so that nothing is written anew, and as a crash leaves it. The time is of
// one record.
func BenchmarkReplay(b *testing.B) {
	const records = 200_000
	for _, clean := range []bool{true, false} {
		b.Run(fmt.Sprintf("closed=%v", clean), func(b *testing.B) {
			path := b.TempDir()
			j, _, _ := opened(b, osDir(b, path), Options{})
			payload := make([]byte, 220)
			for i := range records {
				if _, err := j.Append(payload); err != nil {
					b.Fatal(err)
				}
				if i%1000 == 0 {
					must(b, j.Flush())
				}
			}
			must(b, j.Flush())
			if clean {
				must(b, j.Close())
			} else {
				must(b, j.Abandon())
			}
			b.SetBytes(int64(len(payload)))
			b.ResetTimer()
			for n := 0; n < b.N; n += records {
				b.StopTimer()
				at := b.TempDir() // opening changes the files
				must(b, os.CopyFS(at, os.DirFS(path)))
				b.StartTimer()
				j, _, err := Open(osDir(b, at), Options{}, nil, func(uint64, []byte) error { return nil })
				must(b, err)
				b.StopTimer()
				must(b, j.Close())
				b.StartTimer()
			}
		})
	}
}
