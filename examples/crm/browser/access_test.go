package browser

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// Whether everybody can use it: by keyboard alone, on a telephone, in the dark, and with what
// reads pages aloud.

// pages are all, with something that is there when they are complete.
var pages = []struct{ name, route, ready string }{
	{"segments", "segments", hook("segment-row")},
	{"editor", "segments/vip", hook("editor-funnel")},
	{"new", "segments/new", hook("editor-text") + " .cm-content"},
	{"contacts", "contacts", hook("contact-row")},
	{"contact", "contacts/c0000001", hook("contact-segments") + " li"},
	{"feed", "feed", "h1"},
	{"overlap", "overlap", "h1"},
	{"import", "import", hook("import-text")},
}

// at goes to a page and waits until it is complete.
func (p *tab) at(route, ready string) {
	p.t.Helper()
	p.visit(route)
	p.run(visible(ready))
	if route == "segments/vip" {
		p.until(fmt.Sprintf(`/\d/.test(document.querySelector(%s)?.textContent ?? "")`, quoted(hook("editor-count"))))
		p.until(fmt.Sprintf(`document.querySelectorAll(%s).length === 3`, quoted(hook("editor-ahead")+" li")))
	}
	if route == "overlap" {
		p.overlap()
	}
}

// overlap chooses some segments to compare, where none are chosen yet.
func (p *tab) overlap() {
	p.t.Helper()
	p.js(fmt.Sprintf(`(() => { if (document.querySelector(%s)) return; [...document.querySelectorAll("main input[type=checkbox]")].slice(0, 4).forEach(c => c.checked || c.click()) })()`, quoted(hook("overlap-plot"))), nil)
	p.run(visible(hook("overlap-plot")))
}

// scheme is light or dark, as the system of the reader says.
func (p *tab) scheme(name string) {
	p.t.Helper()
	p.run(command(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: name}}}))
}

// press presses a key.
func (p *tab) press(key string, modifiers ...chromedp.KeyOption) {
	p.t.Helper()
	p.run(chromedp.KeyEvent(key, modifiers...))
}

// focusIsSeen is whether what has the focus, or what is around it, looks otherwise without.
const focusIsSeen = `(async () => {
	const e = document.activeElement, around = [e, e.parentElement, e.parentElement?.parentElement, e.closest("[data-testid]")];
	const look = () => around.map(x => { const s = x ? getComputedStyle(x) : {}; return [s.outlineStyle, s.outlineColor, s.boxShadow, s.borderColor, s.backgroundColor].join() }).join();
	const settled = () => new Promise(done => setTimeout(done, 60));
	await settled();
	const with_ = look();
	e.blur();
	await settled();
	const without = look();
	e.focus();
	return with_ !== without;
})()`

// tabTo goes by the tabulator until what a selector finds has the focus, or is around it.
func (p *tab) tabTo(selector string) {
	p.t.Helper()
	for range 80 {
		var there, seen bool
		p.js(fmt.Sprintf(`!!document.activeElement?.closest(%s)`, quoted(selector)), &there)
		if there {
			p.js(focusIsSeen, &seen)
			if !seen {
				p.t.Errorf("%s has the focus, and nothing shows it", selector)
			}
			return
		}
		p.press(kb.Tab)
	}
	p.t.Fatalf("the tabulator does not come to %s", selector)
}

// A segment is made, put in force and looked at without a mouse.
func TestKeyboardAlone(t *testing.T) {
	s := serve(t)
	p := newBrowser(t).open(s, "segments")
	p.text(hook("segment-row"), "VIP")
	p.tabTo(hook("new-segment"))
	p.press(kb.Enter)
	p.run(visible(hook("editor-name")))
	p.tabTo(hook("editor-name"))
	p.run(chromedp.KeyEvent("By keyboard"))
	p.tabTo(hook("editor-tree") + ` button[title="Add a condition to this group"]`)
	p.press(" ")
	p.until(`document.querySelector(".rule-fields")`)
	p.tabTo(hook("editor-text"))
	p.press("a", chromedp.KeyModifiers(kb.ModifierCtrl))
	p.run(chromedp.KeyEvent(`country = "DE" AND plan = "pro"`))
	p.press(kb.Escape) // what is offered is not wanted
	n := s.count(`country = "DE" AND plan = "pro"`)
	p.shown(n)
	var text string
	p.js(`document.querySelector(".cm-content").innerText`, &text)
	if text != `country = "DE" AND plan = "pro"` {
		t.Errorf("the text is %q", text)
	}
	p.press(kb.Tab)
	var caught bool
	p.js(`!!document.activeElement.closest(".cm-editor")`, &caught)
	if caught {
		t.Error("the editor does not let the keyboard go")
	}
	p.tabTo(hook("activate"))
	p.press(kb.Enter)
	p.run(visible(hook("activate-confirm")))
	p.tabTo(hook("activate-confirm"))
	p.press(kb.Enter)
	p.run(visible(".tag.on"))
	var members struct{ Count int }
	s.ask("GET", "/v1/segments/by-keyboard/members?limit=1", "", &members)
	if members.Count != n {
		t.Errorf("%d members, and the page said %d", members.Count, n)
	}
	p.tabTo("nav a[href='#/contacts']")
	p.press(kb.Enter)
	p.run(visible(hook("contact-search")))
	p.tabTo(hook("contact-search"))
	p.run(chromedp.KeyEvent("c0000007"))
	p.text(hook("contact-row"), "c0000007")
	p.until(fmt.Sprintf(`document.querySelectorAll(%s).length === 1`, quoted(hook("contact-row"))))
	p.tabTo(hook("contact-row") + " a")
	p.press(kb.Enter)
	p.run(visible(hook("contact-segments")))
}

// No page is wider than a telephone.
func TestNarrow(t *testing.T) {
	s := serve(t)
	p := newBrowser(t).open(s, "segments")
	p.run(screen(360, 740, true))
	for _, page := range pages {
		p.at(page.route, page.ready)
		var wide struct {
			Width float64
			What  []string
		}
		p.js(`({Width: Math.max(document.documentElement.scrollWidth, document.body.scrollWidth), What: [...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > 361).slice(0, 5).map(e => e.tagName + "." + e.className)})`, &wide)
		if wide.Width > 360 {
			t.Errorf("%s is %v pixels wide at 360: %v", page.name, wide.Width, wide.What)
		}
	}
}

// Dark and light are told apart, by the system and by the button.
func TestDarkAndLight(t *testing.T) {
	s := serve(t)
	p := newBrowser(t).open(s, "segments")
	background := func() (c string) {
		p.js(`getComputedStyle(document.body).backgroundColor + " on " + getComputedStyle(document.documentElement).backgroundColor`, &c)
		return c
	}
	p.scheme("light")
	light := background()
	p.scheme("dark")
	dark := background()
	if light == dark {
		t.Errorf("the background is %s in both", light)
	}
	p.until(`document.querySelector("[data-testid=theme-toggle]")`)
	for range 3 {
		p.click(hook("theme-toggle"))
		if background() == light {
			return
		}
	}
	t.Error("the button does not bring light in the dark")
}

// axe is the script that looks for barriers.
func axe(t *testing.T) string {
	t.Helper()
	files, _ := filepath.Glob("axe/axe-*.min.js")
	if len(files) == 0 {
		missing(t, "there is no axe-core: ./install.sh fetches it")
	}
	text, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// A finding is a rule of axe-core that a page breaks.
type finding struct {
	ID, Impact, Help string
	Nodes            []struct {
		HTML   string
		Target []any
	}
}

// No page has a serious barrier, in the light and in the dark.
func TestNoBarriers(t *testing.T) {
	script := axe(t)
	s := serve(t)
	p := newBrowser(t).open(s, "segments")
	check := func(where string) {
		t.Helper()
		if _, err := chromedp.Run(p.ctx, chromedp.Evaluate[any](script+"; 1")); err != nil {
			t.Fatal(err)
		}
		var found []finding
		p.js(`axe.run(document, {resultTypes: ["violations"]}).then(r => r.violations)`, &found)
		for _, f := range found {
			told := t.Logf
			if f.Impact == "serious" || f.Impact == "critical" {
				told = t.Errorf
			}
			for _, n := range f.Nodes[:min(3, len(f.Nodes))] {
				told("%s: %s (%s): %v %.200s", where, f.Help, f.Impact, n.Target, n.HTML)
			}
		}
	}
	for _, scheme := range []string{"light", "dark"} {
		p.scheme(scheme)
		for _, page := range pages {
			p.at(page.route, page.ready)
			time.Sleep(400 * time.Millisecond) // what fades in is there
			check(page.name + ", " + scheme)
		}
	}
	// what opens
	p.visit("segments/vip")
	p.fill(hook("editor-name"), "VIPs")
	p.rule(`contry = "US"`)
	p.text(hook("editor-errors"), "country")
	check("the editor with a mistake")
	p.rule(`country = "US"`)
	p.shown(s.count(`country = "US"`))
	p.click(hook("activate"))
	p.run(visible(hook("activate-confirm")))
	check("the dialog of putting in force")
	p.visit("contacts/c0000001")
	p.click(`[data-segment="active"] button`)
	p.run(visible(".why-tree"))
	check("an explanation")
}

// How long one waits: for the first paint, and from typing to the count.
func TestTimes(t *testing.T) {
	s := serve(t)
	b := newBrowser(t)
	for _, page := range []string{"segments", "segments/vip"} {
		p := b.open(s, page)
		var paint float64
		p.until(`performance.getEntriesByName("first-contentful-paint").length`)
		p.js(`performance.getEntriesByName("first-contentful-paint")[0].startTime`, &paint)
		t.Logf("%s: first paint after %.0f ms", page, paint)
	}
	p := b.open(s, "segments/new")
	p.rule(`country = "DE"`)
	p.shown(s.count(`country = "DE"`))
	p.js(`(() => {
		window.times = [];
		const count = document.querySelector("[data-testid=editor-count]");
		let typed = 0, before = "";
		document.querySelector(".cm-content").addEventListener("beforeinput", () => { typed = performance.now(); before = count.textContent });
		new MutationObserver(() => { if (typed && count.textContent !== before) { window.times.push(performance.now() - typed); typed = 0 } }).observe(count, {childList: true, characterData: true, subtree: true});
	})()`, nil)
	for _, country := range []string{"FR", "US", "GB", "BR", "IN"} {
		p.rule(`country = "` + country + `"`)
		p.shown(s.count(`country = "` + country + `"`))
	}
	var times []float64
	p.js(`window.times`, &times)
	if len(times) == 0 {
		t.Fatal("no time was taken")
	}
	t.Logf("from typing to the count, in ms: %.0f", times)
}
