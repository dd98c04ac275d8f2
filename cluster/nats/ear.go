package nats

import (
	"encoding/json"
	"fmt"
	"sync"
	"time"

	natsgo "github.com/nats-io/nats.go"

	"github.com/segmentrules/segment/cluster"
)

// Signs of life are plain messages that no server keeps: every engine hears them, and counts a
// member as living for a lease from when it has heard it. So they go on while streams elect
// leaders, and a bucket whose keys had run out meanwhile cannot tell everybody that nobody
// lives. Whoever begins to hear, or was stopped, or was cut off, asks who is there; the members
// answer at once.

// A sign is such a message.
type sign struct {
	Name    string `json:"name"`
	Address string `json:"address,omitempty"`
	Gone    bool   `json:"gone,omitempty"`
}

// settle is how long an ear that has asked who is there waits before it speaks of members.
const settle = 250 * time.Millisecond

// An ear hears signs of life.
type ear struct {
	nc    *natsgo.Conn
	o     Options
	subs  []*natsgo.Subscription
	stop  chan struct{}
	mu    sync.Mutex
	heard map[string]heard
	own   map[string]sign // members whose signs this engine gives
	asked time.Time       // when it was asked last who is there
}

// A heard is a member and when it was heard.
type heard struct {
	member cluster.Member
	at     time.Time
}

// listen begins to hear.
func listen(nc *natsgo.Conn, o Options) (*ear, error) {
	a := &ear{nc: nc, o: o, stop: make(chan struct{}), heard: make(map[string]heard), own: make(map[string]sign)}
	for subject, hear := range map[string]natsgo.MsgHandler{o.signSubject(): a.hear, o.whoSubject(): a.answer} {
		s, err := nc.Subscribe(subject, hear)
		if err != nil {
			a.close()
			return nil, fmt.Errorf("nats: listening for signs of life: %w", err)
		}
		a.subs = append(a.subs, s)
	}
	a.who()
	go a.watch()
	return a, nil
}

// watch asks who is there when this process was stopped for a while or has a new connection.
func (a *ear) watch() {
	status := a.nc.StatusChanged(natsgo.CONNECTED)
	defer a.nc.RemoveStatusListener(status)
	every := max(a.o.Lease/8, 10*time.Millisecond)
	tick := time.NewTicker(every)
	defer tick.Stop()
	for last := time.Now(); ; {
		select {
		case <-a.stop:
			return
		case <-status:
			a.who()
		case <-tick.C:
			if time.Since(last) > every+a.o.Lease/4 {
				a.who()
			}
			last = time.Now()
		}
	}
}

// who asks who is there.
func (a *ear) who() {
	a.mu.Lock()
	a.asked = time.Now()
	a.mu.Unlock()
	_ = a.nc.Publish(a.o.whoSubject(), nil)
}

// hear takes in a sign.
func (a *ear) hear(m *natsgo.Msg) {
	var s sign
	if json.Unmarshal(m.Data, &s) != nil || s.Name == "" {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if s.Gone {
		delete(a.heard, s.Name)
		return
	}
	a.heard[s.Name] = heard{cluster.Member{Name: s.Name, Address: s.Address}, time.Now()}
}

// answer says that the members here are there, if they have said so within a lease.
func (a *ear) answer(*natsgo.Msg) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, s := range a.own {
		if time.Since(a.heard[s.Name].at) <= a.o.Lease {
			_ = a.say(s)
		}
	}
}

// say sends a sign.
func (a *ear) say(s sign) error {
	data, err := json.Marshal(s)
	if err != nil {
		return err
	}
	return a.nc.Publish(a.o.signSubject(), data)
}

// close hears no more.
func (a *ear) close() {
	close(a.stop)
	for _, s := range a.subs {
		_ = s.Unsubscribe()
	}
}
