// Package nats is a cluster.Engine on NATS JetStream.
package nats
