package cli

import (
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/segmentrules/segment/sqlgen"
)

// Where the contacts are in a database.

// A tableFlags is the flags of that.
type tableFlags struct {
	tables string
	custom []string
}

func (f *tableFlags) add(c *cobra.Command) {
	c.Flags().StringVar(&f.tables, "tables", "", "where contacts are: listmonk, notifuse, mautic, or a file with the declaration as JSON")
	c.Flags().StringSliceVar(&f.custom, "custom", nil, "names of the custom fields of notifuse, separated by commas")
	_ = c.MarkFlagRequired("tables")
}

func (f *tableFlags) read() (t sqlgen.Tables, err error) {
	switch f.tables {
	case "listmonk":
		return sqlgen.Listmonk(), nil
	case "notifuse":
		return sqlgen.Notifuse(f.custom...), nil
	case "mautic":
		return sqlgen.Mautic(), nil
	}
	text, err := os.ReadFile(f.tables)
	if err != nil {
		if !strings.ContainsAny(f.tables, "./\\") {
			return t, input("there are no tables %q; there are listmonk, notifuse, mautic, and files with tables as JSON", f.tables)
		}
		return t, err
	}
	t, err = sqlgen.ParseTables(text)
	return t, about(f.tables, err)
}

// dialectOf reads the name of a dialect.
func dialectOf(name string) (sqlgen.Dialect, error) {
	all := sqlgen.Dialects()
	i := slices.IndexFunc(all, func(d sqlgen.Dialect) bool { return strings.EqualFold(string(d), name) })
	switch {
	case i >= 0:
		return all[i], nil
	case strings.EqualFold(name, "postgresql"):
		return sqlgen.DialectPostgreSQL, nil
	case strings.EqualFold(name, "mariadb"):
		return sqlgen.DialectMySQL, nil
	}
	var names []string
	for _, d := range all {
		names = append(names, string(d))
	}
	return "", input("there is no dialect %q; there are %s", name, strings.Join(names, ", "))
}
