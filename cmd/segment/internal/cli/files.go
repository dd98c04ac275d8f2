package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/segmentrules/segment/cmd/segment/internal/source"
)

// A fileFlags is how files of rows are read, and what becomes of rows that are wrong.
type fileFlags struct {
	format    string
	encoding  string
	delimiter string
	maxRow    int
	keepGoing bool

	problems []fault // the first of them
	more     int
}

// maxProblems is how many wrong rows are shown; the others are counted.
const maxProblems = 20

func (f *fileFlags) add(c *cobra.Command) {
	c.Flags().StringVar(&f.format, "format", "auto", "format of the files: auto, ndjson or csv")
	c.Flags().StringVar(&f.encoding, "encoding", "auto", "encoding of the files: auto, utf-8, utf-16le, utf-16be, latin1 or windows-1252")
	c.Flags().StringVar(&f.delimiter, "delimiter", "", "what stands between the cells of CSV (default , ; or a tab, whichever the first line has most of)")
	c.Flags().IntVar(&f.maxRow, "max-row", 32<<20, "bytes that a row may have")
	c.Flags().BoolVar(&f.keepGoing, "keep-going", false, "leave out rows that are wrong, and count them")
	f.problems = []fault{}
}

// open opens a file of rows.
func (f *fileFlags) open(a *app, path string) (*source.Source, error) {
	o := source.Options{Format: f.format, Encoding: f.encoding, MaxRow: f.maxRow, Stdin: a.In}
	switch {
	case f.delimiter == `\t` || f.delimiter == "tab":
		o.Delimiter = '\t'
	case len(f.delimiter) == 1 && f.delimiter != `"` && f.delimiter != "\n":
		o.Delimiter = f.delimiter[0]
	case f.delimiter != "":
		return nil, input("--delimiter is one character, or tab, and not %q", f.delimiter)
	}
	return source.Open(path, o)
}

// problem is told of a row that is wrong: without --keep-going it ends the work.
func (f *fileFlags) problem(a *app) func(*source.Problem) error {
	return func(p *source.Problem) error {
		if !f.keepGoing {
			return p
		}
		if len(f.problems) == maxProblems {
			f.more++
			return nil
		}
		f.problems = append(f.problems, faultsOf("", p)...)
		return nil
	}
}

// tell prints the rows that were left out to the error stream.
func (f *fileFlags) tell(a *app) {
	if a.json {
		return // they are in the output
	}
	s := a.colours(a.ErrTerm)
	for _, p := range f.problems {
		p.write(a.Err, s, s.yellow("left out:"))
	}
	if f.more > 0 {
		fmt.Fprintf(a.Err, "and %s more\n", counted(f.more, "row"))
	}
}
