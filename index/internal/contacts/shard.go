package contacts

// ShardOf is FNV-1a of the id, mixed so that all bits count, by the number of
// shards. It must never change: snapshots are split by it.
func ShardOf(id string, n int) int {
	h := uint64(14695981039346656037)
	for i := range len(id) {
		h = (h ^ uint64(id[i])) * 1099511628211
	}
	h ^= h >> 32
	h *= 0xd6e8feb86659fd93
	h ^= h >> 32
	return int(h % uint64(n))
}
