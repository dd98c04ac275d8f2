// Package mailsql reads segments that mailing systems keep as SQL: the queries of listmonk and of
// SendGrid.
//
// # Reading the code
//
// In reading order: sendgrid.go, with the signs of SQL; listmonk.go.
package mailsql
