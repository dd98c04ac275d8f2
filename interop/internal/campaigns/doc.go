// Package campaigns reads segments of products that send messages: Braze, Customer.io, Notifuse,
// Omnisend, OneSignal, Parcelvoy and Plunk. The first lines of each file say what its product
// means by missing values, letter case and windows.
//
// # Reading the code
//
// In reading order: reader.go; then a file for each product, of which none knows another.
package campaigns
