// Package mautic reads segments of Mautic, in JSON or as PHP serialises them.
//
// # Reading the code
//
// In reading order: php.go (the serialised form); mautic.go (rows and their groups); dates.go
// (days and words for them); behaviours.go (what contacts did).
package mautic
