//go:build unix

package sql

import (
	"io"
	"math/rand/v2"
	"net"
	"sync"
	"testing"
	"time"
)

// A proxy stands before a server, and cuts connections at the worst moments.
type proxy struct {
	port   int
	server string

	mu    sync.Mutex
	pairs map[*pair]bool
}

// A pair is a connection through the proxy. What harm says is done with the next request.
type pair struct {
	client, server net.Conn

	mu   sync.Mutex
	harm harm
}

// A harm is what is done with a request.
type harm int

const (
	none     harm = iota
	unheard       // it arrives, and its answer does not
	torn          // half of it arrives
	delayed       // it arrives when its sender may have been given up
	answered      // it is not sent, and the connection is lost
)

func newProxy(t testing.TB, server string) *proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{port: l.Addr().(*net.TCPAddr).Port, server: server, pairs: map[*pair]bool{}}
	t.Cleanup(func() {
		_ = l.Close()
		p.each(func(c *pair) { c.close() })
	})
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			go p.serve(client)
		}
	}()
	return p
}

func (p *proxy) serve(client net.Conn) {
	server, err := net.Dial("tcp", p.server)
	if err != nil {
		_ = client.Close()
		return
	}
	c := &pair{client: client, server: server}
	p.mu.Lock()
	p.pairs[c] = true
	p.mu.Unlock()
	go func() {
		_, _ = io.Copy(client, server)
		c.close()
	}()
	c.requests()
	c.close()
	p.mu.Lock()
	delete(p.pairs, c)
	p.mu.Unlock()
}

func (c *pair) close() { _, _ = c.client.Close(), c.server.Close() }

// requests passes requests on, and does harm to them.
func (c *pair) requests() {
	buffer := make([]byte, 64<<10)
	for {
		n, err := c.client.Read(buffer)
		if err != nil {
			return
		}
		c.mu.Lock()
		h := c.harm
		c.harm = none
		c.mu.Unlock()
		switch h {
		case unheard:
			_ = c.client.Close()
			_, _ = c.server.Write(buffer[:n])
			time.Sleep(20 * time.Millisecond) // the server has read it
			return
		case torn:
			_, _ = c.server.Write(buffer[:n/2])
			return
		case answered:
			return
		case delayed:
			time.Sleep(time.Duration(500+rand.IntN(3_000)) * time.Millisecond)
		}
		if _, err := c.server.Write(buffer[:n]); err != nil {
			return
		}
	}
}

func (p *proxy) each(do func(*pair)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.pairs {
		do(c)
	}
}

// harm has about half of the connections harmed at their next request.
func (p *proxy) harm(chance *rand.Rand) {
	p.each(func(c *pair) {
		if chance.IntN(2) == 0 {
			c.mu.Lock()
			c.harm = unheard + harm(chance.IntN(4))
			c.mu.Unlock()
		}
	})
}
