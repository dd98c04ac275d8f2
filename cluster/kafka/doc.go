// Package kafka
package kafka
