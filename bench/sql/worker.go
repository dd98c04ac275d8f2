package main

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"
)

// startOfWorker is how much longer a statement with nothing to do takes if one
// worker is started for it.
func startOfWorker(ctx context.Context, conn *sql.Conn) (time.Duration, error) {
	setting := "debug_parallel_query"
	var version int
	if err := conn.QueryRowContext(ctx, "SELECT current_setting('server_version_num')::int").Scan(&version); err != nil {
		return 0, err
	}
	if version < 160000 {
		setting = "force_parallel_mode" // its name before
	}
	var medians [2]time.Duration
	for i, mode := range []string{"off", "on"} {
		if _, err := conn.ExecContext(ctx, "SET "+setting+" = "+mode); err != nil {
			return 0, err
		}
		var ts []time.Duration
		for range 11 {
			var one int
			began := time.Now()
			if err := conn.QueryRowContext(ctx, "SELECT 1 FROM list_members LIMIT 1").Scan(&one); err != nil {
				return 0, fmt.Errorf("with %s = %s: %w", setting, mode, err)
			}
			ts = append(ts, time.Since(began))
		}
		slices.Sort(ts)
		medians[i] = ts[len(ts)/2]
	}
	_, err := conn.ExecContext(ctx, "SET "+setting+" = off")
	return medians[1] - medians[0], err
}
