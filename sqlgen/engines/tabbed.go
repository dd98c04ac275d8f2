package engines

import (
	"bufio"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// tabbed escapes what has a meaning in a file of tab-separated values, as
// MariaDB and ClickHouse both read it.
var tabbed = strings.NewReplacer(`\`, `\\`, "\t", `\t`, "\n", `\n`, "\r", `\r`, "\x00", `\0`, "\b", `\b`)

// tabbedNull is how such a file spells NULL; no text comes out so.
const tabbedNull = `\N`

// writeTabbed writes rows as tab-separated values.
func writeTabbed(w *bufio.Writer, columns []Column, rows [][]any, yes, no string) error {
	var number [32]byte
	for n, row := range rows {
		if err := fits(n, row, columns); err != nil {
			return err
		}
		for i, cell := range row {
			if i > 0 {
				w.WriteByte('\t')
			}
			switch cell := cell.(type) {
			case nil:
				w.WriteString(tabbedNull)
			case string:
				tabbed.WriteString(w, cell)
			case int64:
				w.Write(strconv.AppendInt(number[:0], cell, 10))
			case float64:
				w.Write(strconv.AppendFloat(number[:0], cell, 'g', -1, 64))
			case bool:
				if cell {
					w.WriteString(yes)
				} else {
					w.WriteString(no)
				}
			case time.Time:
				w.WriteString(timeText(cell, columns[i].Type))
			default:
				return fmt.Errorf("row %d, %s: cannot insert a %T", n, columns[i].Name, cell)
			}
		}
		if err := w.WriteByte('\n'); err != nil {
			return err
		}
	}
	return nil
}

// readTabbed undoes it: the cells of ClickHouse's format TabSeparated.
func readTabbed(text string) [][]string {
	rows := [][]string{}
	for line := range strings.Lines(text) {
		cells := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		for i, cell := range cells {
			cells[i] = untabbed(cell)
		}
		rows = append(rows, cells)
	}
	return rows
}

func untabbed(cell string) string {
	if cell == tabbedNull {
		return Null
	}
	if !strings.Contains(cell, `\`) {
		return cell
	}
	var b strings.Builder
	for i := 0; i < len(cell); i++ {
		c := cell[i]
		if c == '\\' && i+1 < len(cell) {
			i++
			c = cell[i]
			if at := strings.IndexByte("btnfr0", c); at >= 0 {
				c = "\b\t\n\f\r\x00"[at]
			}
		}
		b.WriteByte(c)
	}
	return b.String()
}
