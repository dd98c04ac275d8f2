package httpapi

import (
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
	"github.com/segmentrules/segment/rule"
)

// POST /v1/import: many updates, one a line of JSON (NDJSON), as many as there are. The
// answer comes while the body is read, a line of JSON for each batch that is applied, and a
// last one that sums up. A line that is wrong is told and left out, and the others are
// applied. The status is 200 once reading has begun; what became of the import the last line
// says: 200 if all lines were applied, 207 if some were not, and else that of the problem
// that has ended it. An answer without a last line was cut off, and lines behind the
// last batch told may have been applied.

// maxLineErrors is of how many lines of an import is told what is wrong with them. The others
// are counted: who has sent a million lines that are all wrong need not read about each.
const maxLineErrors = 1000

// A progress is a line of the answer: of the import up to a batch.
type progress struct {
	Done     bool        `json:"done"`
	Status   int         `json:"status,omitempty"` // of the last line
	Lines    int         `json:"lines"`            // lines read, blank ones among them
	Applied  int         `json:"applied"`
	Refused  int         `json:"refused"`
	Entered  int         `json:"entered"` // diffs
	Left     int         `json:"left"`
	Revision uint64      `json:"revision"` // of the last diff
	Errors   []lineError `json:"errors"`   // lines of the batch that were not applied
	Problem  *problem    `json:"problem,omitempty"`
}

// A lineError is a line that was not applied, counted from 1.
type lineError struct {
	Line   int     `json:"line"`
	Errors []fault `json:"errors"`
}

// An importing is an import under way.
type importing struct {
	*call
	*stream
	lines   *lineReader
	numbers []int // of the lines of the part that were handed over and not told yet
	told    int   // rows of the part that were told
	over    bool  // the body has ended
	broken  error // why reading has ended before the end of the body
	sum     progress
}

// importUpdates carries out the import.
func (c *call) importUpdates() error {
	if _, err := c.mediaType("application/x-ndjson", "application/ndjson", "application/jsonl"); err != nil {
		return err
	}
	size, err := c.number("batch", pageSize*10, 1, 10_000)
	if err != nil {
		return err
	}
	create, err := c.flag("create")
	if err != nil {
		return err
	}
	// Without this net/http reads all of the body before it sends anything. With it, net/http
	// would take what was not read of the body for the next request.
	_ = http.NewResponseController(c.w).EnableFullDuplex()
	if c.r.ProtoMajor == 1 {
		c.w.Header().Set("Connection", "close")
	}
	im := &importing{call: c, stream: c.stream("application/x-ndjson")}
	im.lines = newLineReader(patientReader{im.stream, c.r.Body}, c.o.MaxLine)
	im.run(index.ImportOptions{Batch: size, Create: create})
	return nil
}

// A patientReader gives the client some time for each part of the body.
type patientReader struct {
	s *stream
	r io.Reader
}

func (p patientReader) Read(b []byte) (int, error) {
	_ = p.s.control.SetReadDeadline(time.Now().Add(p.s.stall))
	return p.r.Read(b)
}

// run applies the lines and tells of them, up to the last line of the answer. A panic of the
// host is the problem with which the answer ends.
func (im *importing) run(o index.ImportOptions) {
	defer func() {
		if v := recover(); v != nil {
			im.panicked(v)
			im.end(errors.New("panic"))
		}
	}()
	var err error
	for before := -1; err == nil && !im.over && im.lines.n > before; {
		before = im.lines.n
		err = im.part(o)
	}
	if im.broken != nil {
		err = im.broken // which ends the context, too
	}
	im.end(err)
}

// part hands some lines to the host, which holds a batch of them in memory: of lines that are
// short all there are, of long ones up to maxPart bytes.
func (im *importing) part(o index.ImportOptions) error {
	im.numbers, im.told = im.numbers[:0], 0
	for b := range im.host.Import(im.r.Context(), im.rows, o) {
		if b.Err != nil {
			return b.Err
		}
		if err := im.tell(b); err != nil {
			return err
		}
	}
	return nil
}

// rows yields the updates of the lines of a part, each that cannot be read as an error.
func (im *importing) rows(yield func(segment.Update, error) bool) {
	for size := 0; size < maxPart; {
		line, err := im.lines.next()
		size += len(line)
		var u segment.Update
		switch {
		case errors.Is(err, io.EOF):
			im.over = true
			return
		case errors.Is(err, errLongLine):
			err = rule.Errorf(segment.ErrLimit, "the line has more than the %d bytes that are allowed", im.lines.most)
		case err != nil:
			im.broken, im.over = err, true
			return
		default:
			u, err = im.update(line)
		}
		im.numbers = append(im.numbers, im.lines.n)
		if !yield(u, err) {
			return
		}
	}
}

// update reads a line.
func (im *importing) update(line []byte) (segment.Update, error) {
	if err := shapeUpdate.check(line, rule.Limits{Bytes: im.lines.most}.WithDefaults()); err != nil {
		return segment.Update{}, err
	}
	u, err := readUpdate(line)
	if err != nil {
		return segment.Update{}, err
	}
	for i := range u.Events {
		im.date(&u.Events[i])
	}
	return u, nil
}

// tell writes a line about a batch.
func (im *importing) tell(b index.Batch) error {
	im.sum.Applied += b.Applied
	im.sum.Refused += len(b.Refused)
	im.sum.Revision = im.revision(b.Diffs)
	for _, d := range b.Diffs {
		if d.Entered {
			im.sum.Entered++
		} else {
			im.sum.Left++
		}
	}
	line := im.sum
	line.Errors = []lineError{}
	for _, e := range b.Refused {
		if im.sum.Refused-len(b.Refused)+len(line.Errors) == maxLineErrors {
			break
		}
		line.Errors = append(line.Errors, lineError{im.numbers[e.Index-im.told], im.faults(e.Unwrap())})
	}
	if n := b.Rows - im.told; n > 0 {
		im.sum.Lines = im.numbers[n-1]
		im.numbers = append(im.numbers[:0], im.numbers[n:]...)
		im.told = b.Rows
	}
	line.Lines = im.sum.Lines
	return im.line(line)
}

// faults is what is wrong with a line. A row is one line, and so the line in it says nothing.
func (im *importing) faults(err error) []fault {
	faults := faultsOf(err)
	if len(faults) == 0 {
		im.o.Logger.Error("a row was refused", "error", err)
		faults = []fault{{Code: codeInternal, Detail: "the service has failed; its log says why"}}
	}
	for i := range faults {
		faults[i].Line = 0
	}
	return faults
}

// line writes a line of the answer.
func (im *importing) line(p progress) error {
	text, err := encode(p)
	if err != nil {
		return err
	}
	return im.write(text)
}

// end writes the last line.
func (im *importing) end(err error) {
	p := im.sum
	p.Done, p.Errors, p.Lines = true, []lineError{}, im.lines.n
	switch {
	case err != nil:
		im.o.Logger.Info("import ended early", "lines", p.Lines, "error", err)
		p.Problem, _ = problemOf(err)
		if errors.Is(err, im.broken) {
			p.Problem = brokenBody(err)
		}
		p.Status = p.Problem.Status
	case p.Refused > 0:
		p.Status = http.StatusMultiStatus
	default:
		p.Status = http.StatusOK
	}
	_ = im.line(p) // the client may be gone
}
