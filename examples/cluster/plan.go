package main

import "time"

// An order is what a key or the plan asks of the director.
type order int

// The orders.
const (
	killWorker order = iota // SIGKILL; another is started some seconds later
	stopWorker              // SIGSTOP for longer than its lease, then SIGCONT
	killBroker              // SIGKILL; it is started again on what it has on disk
)

// How long a process is away.
const (
	workerAway = 5 * time.Second
	workerStop = 6 * time.Second // the lease is 2 s
	brokerAway = 4 * time.Second
)

// A planned order is given so long after the beginning.
type planned struct {
	at time.Duration
	order
}

// round is how long a plan takes at most to have one of each killed.
const round = 30 * time.Second

// plan has a worker killed, a worker stopped and a broker killed, in rounds that fill a time.
func plan(d time.Duration) (all []planned) {
	rounds := max(1, int((d+round/2)/round))
	each := d / time.Duration(rounds)
	for n := range rounds {
		from := time.Duration(n) * each
		all = append(all, planned{from + each/5, killWorker}, planned{from + each*9/20, stopWorker}, planned{from + each*7/10, killBroker})
	}
	return all
}
