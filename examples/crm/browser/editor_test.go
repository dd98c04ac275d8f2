package browser

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// A segment from the first click to its members, and over a restart.
func TestSegmentByMouseAndText(t *testing.T) {
	s := serve(t)
	p := newBrowser(t).open(s, "segments")
	p.until(fmt.Sprintf(`document.querySelectorAll(%s).length === 12`, quoted(hook("segment-row"))))

	// by mouse: country = "DE"
	p.click(hook("new-segment"))
	p.fill(hook("editor-name"), "From Germany")
	p.click(hook("editor-tree") + ` button[title="Add a condition to this group"]`)
	p.choose(hook("editor-tree")+" .rule-fields", "country")
	p.until(`document.querySelector(".rule-operators")`)
	p.choose(hook("editor-tree")+" .rule-operators", "=")
	p.fill(hook("editor-tree")+" .rule-value", "DE")
	p.text(hook("editor-text"), `country = "DE"`)
	germans := s.count(`country = "DE"`)
	p.shown(germans)

	// by text: another condition, which the tree shows, too
	p.rule(`country = "DE" AND DID visit IN LAST 30 DAYS`)
	p.until(`document.querySelectorAll(".rule").length === 2`)
	both := s.count(`country = "DE" AND DID visit IN LAST 30 DAYS`)
	p.shown(both)
	p.text(hook("editor-enter"), fmt.Sprint("+", both))
	if both == 0 || both >= germans {
		t.Errorf("%d of %d: the test shows nothing", both, germans)
	}

	// a mistake is told with the nearest right name, and mended by a click
	p.rule(`contry = "DE"`)
	p.text(hook("editor-errors"), "country")
	p.click(hook("editor-errors") + " button")
	p.shown(germans)
	p.rule(`country = "DE" AND DID visit IN LAST 30 DAYS`)
	p.shown(both)

	p.click(hook("save-draft"))
	p.text("body", "Draft saved")
	p.until(`location.hash === "#/segments/from-germany"`)
	p.click(hook("activate"))
	p.click(hook("activate-confirm"))
	p.run(visible(".tag.on"))
	var members struct{ Count int }
	s.ask("GET", "/v1/segments/from-germany/members?limit=1", "", &members)
	if members.Count != both {
		t.Errorf("%d members, and the page said %d", members.Count, both)
	}

	s.ask("PUT", "/app/drafts/idea", `{"name": "An idea", "rule": "country = "}`, nil, "If-None-Match", "*")
	p.leave(true)
	s.kill()
	s.start()
	p.leave(false)
	p.visit("segments")
	p.text(hook("segment-row"), "From Germany")
	p.text(hook("segment-row"), "An idea")
	p.visit("segments/from-germany")
	p.text(hook("editor-text"), `COUNT(visit) >= 1 IN LAST 30 days`)
	p.shown(both)
}

// Of two editors of one segment the second is told, and sees what the first has saved.
func TestTwoEditors(t *testing.T) {
	s := serve(t)
	b := newBrowser(t)
	first, second := b.open(s, "segments/paying"), b.open(s, "segments/paying")
	for i, p := range []*tab{first, second} {
		p.shown(s.count(`plan != "free"`))
		p.fill(hook("editor-name"), []string{"Paying, said Ann", "Paying, said Bob"}[i])
	}
	first.click(hook("save-draft"))
	first.text("body", "Draft saved")
	second.click(hook("save-draft"))
	second.text("dialog, [role=dialog]", "Paying, said Ann")
	second.click(hook("take-theirs"))
	second.until(fmt.Sprintf(`document.querySelector(%s).value === "Paying, said Ann"`, quoted(hook("editor-name"))))

	// and who insists saves over it, knowing what is replaced
	first.fill(hook("editor-name"), "Paying, said Ann again")
	first.click(hook("save-draft"))
	first.until(`!document.querySelector("[data-testid=save-draft]:not(:disabled)")`)
	second.fill(hook("editor-name"), "Paying, Bob insists")
	second.click(hook("save-draft"))
	second.text("dialog, [role=dialog]", "Paying, said Ann again")
	second.click(hook("keep-mine"))
	second.text("body", "Draft saved")
	var draft struct{ Name string }
	s.ask("GET", "/app/drafts/paying", "", &draft)
	if draft.Name != "Paying, Bob insists" {
		t.Errorf("the draft is %q", draft.Name)
	}
}

// Whatever stands in names is text.
func TestNamesAreText(t *testing.T) {
	const evil = `<img src=x onerror=\"window.hacked=1\"><script>window.hacked=1</script>`
	shown := strings.ReplaceAll(evil, `\"`, `"`)
	s := serve(t)
	s.ask("PUT", "/v1/contacts/evil%3Cb%3E", `{"fields": {"name": "`+evil+`", "email": "e@example.com", "plan": "pro", "signup": {"$time": "2026-01-01T00:00:00Z"}, "tags": ["`+evil+`"], "custom": {"company": "`+evil+`"}}}`, nil)
	s.ask("PUT", "/v1/segments/evil", `{"name": "`+evil+`", "rule": "name CONTAINS \"onerror\""}`, nil)
	s.ask("PUT", "/app/drafts/evil%3Ci%3E", `{"name": "`+evil+`", "rule": "`+evil+`"}`, nil, "If-None-Match", "*")
	s.ask("POST", "/v1/contacts/evil%3Cb%3E/events", `{"id": "1", "name": "opened", "props": {"campaign": "`+evil+`"}}`, nil)
	p := newBrowser(t).open(s, "segments")
	p.text(hook("segment-row"), shown)
	for _, route := range []string{"segments/evil", "segments/evil%3Ci%3E", "contacts/evil%3Cb%3E", "overlap", "feed", "contacts"} {
		p.visit(route)
		if route == "contacts/evil%3Cb%3E" {
			p.text(hook("contact-fields"), shown)
			p.text(hook("contact-segments"), shown)
		}
		if route == "contacts" {
			p.fill(hook("contact-search"), "<img")
			p.text(hook("contact-row"), shown)
		}
		if route == "feed" {
			s.ask("PATCH", "/v1/contacts/evil%3Cb%3E", `{"set": {"name": "plain"}}`, nil)
			p.text(hook("feed-item"), shown)
			s.ask("PATCH", "/v1/contacts/evil%3Cb%3E", `{"set": {"name": "`+evil+`"}}`, nil)
		}
		time.Sleep(300 * time.Millisecond) // what is wrong would run by now
		var hacked bool
		p.js(`!!window.hacked || !!document.querySelector("img[src=x]")`, &hacked)
		if hacked {
			t.Errorf("%s: a name was taken as HTML", route)
		}
	}
}

// A definition of another product becomes a rule, with what is lost.
func TestImport(t *testing.T) {
	s := serve(t)
	p := newBrowser(t).open(s, "import")
	p.choose(hook("import-system"), "react-querybuilder")
	p.fill(hook("import-text"), `{"combinator": "and", "rules": [{"field": "country", "operator": "=", "value": "DE"}]}`)
	p.click(hook("import-run"))
	p.run(visible(hook("import-use")))
	p.click(hook("import-use"))
	p.shown(s.count(`country = "DE"`))
}
