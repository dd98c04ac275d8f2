package cluster

import "hash/fnv"

// Partitions is over how many partitions contacts are spread if nothing else is said. The
// number is fixed for the life of a cluster: it stands in every [Epoch].
const Partitions = 256

// Partition returns the partition of a contact, from 0 on, below the number of partitions,
// which is 1 at least. It is a function of the bytes of the id and never changes.
func Partition(contact string, partitions int) int {
	h := fnv.New64a()
	_, _ = h.Write([]byte(contact)) // it has no errors
	n := h.Sum64()
	// The last bytes of an id reach the high bits of the sum only by carries; mixed, a
	// remainder hangs on all of them, and not as that by which an index spreads its shards.
	n ^= n >> 32
	n *= 0xd6e8feb86659fd93
	n ^= n >> 32
	return int(n % uint64(max(partitions, 1)))
}
