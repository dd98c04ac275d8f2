// Package clustertest proves an engine of package cluster: that it keeps to what the
// interfaces say, and that a cluster on it tells what its input comes to while its processes
// are killed, stopped and cut off.
//
//   - [Conform] asks everything of an engine that [cluster.Engine] promises.
//   - A [Judge] compares what a cluster has told with two oracles: each partition's own input,
//     made again by an index, and all inputs together, made by one index.
//   - A [Load] makes messages, with segments of which members leave after some seconds.
//   - A [Schedule] runs workers as processes, kills and stops them while a load goes on, has
//     an engine's own harm done, such as a broker that is killed, and asks a Judge.
//
// Whoever has an engine of their own tests it in the same way:
//
//	func TestMain(m *testing.M) {
//		clustertest.Main(m, map[string]func(context.Context) error{"worker": work})
//	}
//
//	func TestConform(t *testing.T) {
//		clustertest.Conform(t, 4, func(t *testing.T) cluster.Engine { … })
//	}
//
//	func TestKills(t *testing.T) {
//		s := clustertest.Schedule{Engine: engine, Worker: "worker", Env: …}
//		s.Run(t)
//	}
//
// # Reading the code
//
// In reading order; no file names what a later one declares.
//
//   - the oracles: history.go, judge.go (what is told), one.go, compare.go
//   - what is sent: load.go
//   - an engine by itself: conform_input.go, conform_output.go, conform_work.go, conform.go
//   - processes: process.go, process_linux.go, process_other.go, schedule.go
package clustertest
