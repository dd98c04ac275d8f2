package kafka

import "github.com/segmentrules/segment/cluster"

const killPartitions = 8

var killOptions = cluster.Options{Partitions: killPartitions, SnapshotEvery: 200, CommitMessages: 50}
