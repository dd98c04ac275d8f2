// Quickstart shows a host of package segment at work on real data: the 18,148
// contacts and 25,164 orders of Microsoft's AdventureWorks sample.
//
// It parses eight segments from rule text, previews one, and then lets two and
// a half years happen: whenever a contact orders, and whenever time alone
// changes an answer, it notes who entered and who left.
//
//	go run ./examples/quickstart                 # the report
//	go run ./examples/quickstart -segment a06    # one segment, month by month
//	go run ./examples/quickstart -json           # totals and hashes, for programs
//
// Read load.go (what a contact is), segments.go (the rules), replay.go (the
// loop every host needs) and report.go (printing).
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
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
	shop, err := load()
	if err != nil {
		return err
	}
	segments, err := parse(definitions)
	if err != nil {
		return err
	}
	if asJSON {
		enc := json.NewEncoder(w)
		enc.SetIndent("", "  ")
		return enc.Encode(sums(segments, newReplay(shop, segments).run(end)))
	}
	r := report{w: w, shop: shop, segments: segments}
	if one != "" {
		i := r.find(one)
		if i < 0 {
			return fmt.Errorf("no segment %q", one)
		}
		r.detail(i, newReplay(shop, segments).run(end))
		return nil
	}
	r.opening()
	if err := r.preview(previewed, previewAt); err != nil {
		return err
	}
	replay := newReplay(shop, segments)
	diffs := replay.run(lastDay)
	r.explain(explained, replay, lastDay)
	diffs = append(diffs, replay.run(end)...)
	r.months(diffs)
	r.who(diffs)
	r.totals(diffs)
	return nil
}
