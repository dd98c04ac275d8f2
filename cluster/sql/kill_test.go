//go:build unix

package sql

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/segmentrules/segment/cluster"
	"github.com/segmentrules/segment/cluster/clustertest"
	"github.com/segmentrules/segment/cluster/internal/pause"
)

// The clusters of these tests: processes of this program, which reach the server through a
// proxy.

const killPartitions = 8

// killOptions are those of the workers: small, so that much happens.
func killOptions() cluster.Options {
	return cluster.Options{Partitions: killPartitions, SnapshotEvery: 60, CommitMessages: 25, CommitDiffs: 40}
}

// killEngine are the options of all engines of a cluster.
func killEngine(schema string) Options {
	return Options{Schema: schema, Partitions: killPartitions, Members: true, Diffs: true, Timeout: 8 * time.Second}
}

// worker is a process of the cluster. What no worker should ever see it writes down.
func worker(ctx context.Context) error {
	p, err := pgxpool.New(ctx, os.Getenv("SQL_URL"))
	if err != nil {
		return err
	}
	var e *Engine
	for { // the server may be down
		if e, err = Open(ctx, p, killEngine(os.Getenv("SQL_SCHEMA"))); err == nil {
			break
		}
		if !pause.For(ctx, 50*time.Millisecond) {
			return err
		}
	}
	defer e.Close()
	r := cluster.Runner{Broker: e, Signs: e, Input: e, Member: cluster.Member{Name: os.Getenv("WORKER")}, Options: killOptions(), Look: 200 * time.Millisecond, Poll: 20 * time.Millisecond,
		Report: func(partition int, err error) {
			var diverged *cluster.DivergedError
			var environment *cluster.EnvironmentError
			var partitions *cluster.PartitionsError
			if errors.As(err, &diverged) || errors.As(err, &environment) || errors.As(err, &partitions) || errors.Is(err, ErrWentBack) || errors.Is(err, ErrNoTables) {
				_, _ = p.Exec(ctx, "INSERT INTO "+e.s+".fault VALUES ($1, $2, $3)", os.Getenv("WORKER"), partition, err.Error())
			}
		}}
	return r.Run(ctx)
}

// A killed is a cluster of a test.
type killed struct {
	server *server
	proxy  *proxy
	engine *Engine // of the test
	schema string
}

func newKilled(t *testing.T, s *server) *killed {
	t.Helper()
	k := &killed{server: s, schema: schema(t), proxy: newProxy(t, fmt.Sprintf("127.0.0.1:%d", s.port))}
	p := connect(t, s.url())
	if err := Setup(t.Context(), p, killEngine(k.schema)); err != nil {
		t.Fatal(err)
	}
	k.engine = open(t, p, killEngine(k.schema))
	k.engine.keep = 2 * time.Second // much less than anybody should, so that Trim has something to do
	if err := archive(t.Context(), k.engine); err != nil {
		t.Fatal(err)
	}
	return k
}

// harms are what is done to the server, and between it and the workers.
func (k *killed) harms(t *testing.T) []clustertest.Harm {
	return []clustertest.Harm{
		{Name: "cut amid a request", Do: func(_ context.Context, r *rand.Rand) { k.proxy.harm(r) }},
		{Name: "cut amid a request, once more", Do: func(_ context.Context, r *rand.Rand) { k.proxy.harm(r) }},
		{Name: "backends terminated", Do: func(ctx context.Context, _ *rand.Rand) {
			_, _ = k.engine.pool.Exec(ctx, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend' AND random() < 0.5")
		}},
		{Name: "trimmed", Do: func(ctx context.Context, _ *rand.Rand) { _, _ = k.engine.Trim(ctx, Trim{}) }},
		{Name: "postmaster killed", Do: func(context.Context, *rand.Rand) {
			k.server.kill()
			if err := k.server.restart(); err != nil {
				t.Errorf("after a kill: %v", err)
			}
		}},
	}
}

// schedule runs some rounds over one cluster, and compares what only the database knows.
func (k *killed) schedule(t *testing.T, rounds int, round time.Duration, seed uint64) (result clustertest.Result) {
	t.Run("processes", func(t *testing.T) {
		s := clustertest.Schedule{Engine: &judged{k.engine}, Options: killOptions(), Worker: "worker", Rounds: rounds, Round: round, Seed: seed,
			Env: []string{"SQL_URL=" + url(k.proxy.port), "SQL_SCHEMA=" + k.schema}, Harm: k.harms(t)}
		result = s.Run(t)
	})
	if t.Failed() {
		return result
	}
	k.check(t)
	return result
}

// TestKills: workers are killed and stopped, connections are cut amid requests, backends are
// terminated, the postmaster is killed, and input is let go, while a load goes on.
// SQL_SCHEDULES is how many rounds of it there are, ten with each cluster.
func TestKills(t *testing.T) {
	if n, _ := strconv.Atoi(os.Getenv("SQL_SCHEDULES")); n > 0 {
		s := ownServer(t, true)
		var sum clustertest.Result
		for i := 0; i*10 < n && !t.Failed(); i++ {
			t.Run(fmt.Sprint("cluster ", i), func(t *testing.T) {
				sum.Add(newKilled(t, s).schedule(t, min(10, n-i*10), 4*time.Second, uint64(i)+1))
			})
			t.Log("so far: ", sum)
		}
		return
	}
	rounds := 3
	if testing.Short() {
		rounds = 2
	}
	newKilled(t, ownServer(t, false)).schedule(t, rounds, 4*time.Second, 1)
}
