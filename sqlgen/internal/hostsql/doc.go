// Package hostsql reads the pieces of SQL that a host writes: an expression, a
// condition, a query. It finds the marks in them, {} for the row and {name} for a
// parameter, outside of texts, quoted names and comments, and what is wrong with
// them before a database says so: a quote or parenthesis that is not closed, a
// semicolon, a placeholder that gets no argument.
package hostsql
