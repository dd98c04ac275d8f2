package source

import (
	"context"
	"errors"
	"io"
	"runtime"
)

// Each gives the chunks of a source to parse, on all cores at once, and what it returns to
// use, in the order of the file and by one goroutine. It ends with the first error of the
// source, of use, or of the context. No more than a few chunks for each core are in memory. After an error
// a read that is under way may go on for a while; the source must not be used any more.
func Each[R any](ctx context.Context, s *Source, parse func(*Chunk) R, use func(*Chunk, R) error) error {
	type job struct {
		chunk *Chunk
		out   chan R
	}
	ctx, cancel := context.WithCancel(ctx)
	workers := runtime.GOMAXPROCS(0)
	todo, order := make(chan job), make(chan job, 2*workers)
	failed := make(chan error, 1)
	for range workers {
		go func() {
			for j := range todo {
				j.out <- parse(j.chunk)
			}
		}()
	}
	go func() {
		defer close(order)
		defer close(todo)
		for ctx.Err() == nil {
			c, err := s.Next()
			if err != nil {
				if !errors.Is(err, io.EOF) {
					failed <- err
				}
				return
			}
			j := job{c, make(chan R, 1)}
			select {
			case order <- j:
			case <-ctx.Done():
				return
			}
			todo <- j // which is taken, since what workers return waits for nobody
		}
	}()
	defer cancel() // and whoever waits for a file that gives nothing is not waited for
	for {
		var j job
		var more bool
		select {
		case j, more = <-order:
		case <-ctx.Done():
			return ctx.Err()
		}
		if !more {
			break
		}
		select {
		case r := <-j.out:
			if err := use(j.chunk, r); err != nil {
				return err
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	select {
	case err := <-failed:
		return err
	default:
		return ctx.Err()
	}
}
