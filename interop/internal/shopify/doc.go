// Package shopify reads segments in Shopify's query language.
//
// # Reading the code
//
// In reading order: shopify.go (comparisons and groups); values.go (constants); matches.go
// (MATCHES); anniversary.go (days of each year).
package shopify
