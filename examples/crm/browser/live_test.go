package browser

import (
	"fmt"
	"testing"
	"time"
)

// What another changes is seen at once: in the feed, on the page of the contact, and why.
func TestFeedAndExplain(t *testing.T) {
	s := serve(t)
	b := newBrowser(t)
	feed := b.open(s, "feed")
	feed.text("main", "Connected")
	s.ask("PUT", "/v1/contacts/zoe", `{"fields": {"name": "Zoe Zimmer", "email": "zoe@example.com", "plan": "team", "signup": {"$time": "2026-01-01T00:00:00Z"}}}`, nil)
	feed.until(fmt.Sprintf(`[...document.querySelectorAll(%s)].some(e => e.textContent.includes("zoe") && e.textContent.includes("Paying"))`, quoted(hook("feed-item"))))

	// found by name, changed in this tab, seen in the other
	p := b.open(s, "contacts")
	p.fill(hook("contact-search"), "zimm")
	p.text(hook("contact-row"), "Zoe Zimmer")
	p.click(hook("contact-row") + " a")
	p.text(hook("contact-fields"), "zoe@example.com")
	p.text(`[data-segment="paying"][data-member="true"]`, "team")
	p.click(`[data-segment="active"] button`)
	p.text(hook("explain-text"), "1 short")
	p.fill(hook("event-name"), "visit")
	p.click(hook("event-add"))
	p.until(`document.querySelector('[data-segment="active"][data-member="true"]')`)
	feed.until(fmt.Sprintf(`[...document.querySelectorAll(%s)].some(e => e.textContent.includes("zoe") && e.textContent.includes("Active") && e.dataset.entered === "true")`, quoted(hook("feed-item"))))

	// time passes: she leaves by herself
	p.click(hook("clock-plus-30"))
	p.until(`document.querySelector('[data-segment="active"][data-member="false"]')`)
	feed.text(hook("feed-item"), "time passed")
	var left struct {
		Segments []struct{ ID string }
	}
	s.ask("GET", "/app/contacts/zoe", "", &left)
	if len(left.Segments) == 0 {
		t.Error("no segments")
	}
}

// A page that is left open over a restart goes on.
func TestPageOverARestart(t *testing.T) {
	s := serve(t)
	b := newBrowser(t)
	feed, editor := b.open(s, "feed"), b.open(s, "segments/new")
	feed.text("main", "Connected")
	editor.fill(hook("editor-name"), "Kept while it was away")
	editor.rule(`country = "FR"`)
	editor.shown(s.count(`country = "FR"`))
	feed.leave(true)
	editor.leave(true)
	s.kill()
	feed.until(`document.querySelector("[data-testid=offline]") || document.querySelector("main").textContent.includes("Not connected")`)
	editor.rule(`country = "FR" AND plan = "pro"`) // typed while nobody answers
	s.start()
	began := time.Now()
	editor.shown(s.count(`country = "FR" AND plan = "pro"`))
	feed.text("main", "Connected")
	t.Logf("pages were back %v after the restart", time.Since(began).Round(time.Millisecond))
	feed.leave(false)
	editor.leave(false)
	s.ask("PUT", "/v1/contacts/after", `{"fields": {"name": "A", "email": "a@example.com", "plan": "team", "signup": {"$time": "2026-01-01T00:00:00Z"}}}`, nil)
	feed.text(hook("feed-item"), "after")
	editor.click(hook("save-draft"))
	editor.text("body", "Draft saved")
	s.ask("GET", "/app/drafts/kept-while-it-was-away", "", nil)
}
