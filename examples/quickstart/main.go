// Quickstart shows a host of package segment at work on real data: the 18,148
// contacts and 25,164 orders of Microsoft's AdventureWorks sample.
//
// It parses eight segments from rule text, hands them to an index, and then lets
// two and a half years happen in it: the index says who entered and who left
// whenever a contact orders, and whenever time alone changes an answer. On the
// way the report previews one segment before it is defined anew, and explains
// one membership.
//
//	go run ./examples/quickstart                 # the report
//	go run ./examples/quickstart -segment a06    # one segment, month by month
//	go run ./examples/quickstart -json           # totals and hashes, for programs
//
// Read examples/shop (the rules, and what an index is told), host.go (all
// that a host does) and report.go (printing).
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/segmentrules/segment/examples/shop"
)

func main() {
	asJSON := flag.Bool("json", false, "print totals and hashes as JSON")
	one := flag.String("segment", "", "print this segment month by month")
	flag.Parse()
	out := bufio.NewWriter(os.Stdout)
	err := run(out, *asJSON, *one)
	if err == nil {
		err = out.Flush()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "quickstart:", err)
		os.Exit(1)
	}
}

// run does it all and writes the report that is asked for.
func run(w io.Writer, asJSON bool, one string) error {
	data, err := shop.Load()
	if err != nil {
		return err
	}
	segments, err := shop.Segments()
	if err != nil {
		return err
	}
	r := report{w: w, shop: data, segments: segments}
	if !asJSON && one == "" {
		return r.whole()
	}
	if one != "" && r.find(one) < 0 {
		return fmt.Errorf("no segment %q", one)
	}
	diffs, err := all(data, segments)
	switch {
	case err != nil:
		return err
	case asJSON:
		enc := json.NewEncoder(w)
		enc.SetIndent("", "  ")
		return enc.Encode(sums(segments, diffs))
	}
	r.detail(r.find(one), diffs)
	return nil
}
