// Make writes a snapshot of the made-up shop of the playground to its standard output.
package main

import (
	"bufio"
	"fmt"
	"os"

	"github.com/segmentrules/segment/web/playground/sample"
)

func main() {
	w := bufio.NewWriter(os.Stdout)
	err := sample.Make(w)
	if err == nil {
		err = w.Flush()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "make:", err)
		os.Exit(1)
	}
}
