package browser

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// A tab of the browser. Whatever it asks for is looked at: a request to another host, an error
// of a script, and what the policy of the page forbids, fail the test.

// patience is how long is waited for what the page is to show.
const patience = 60 * time.Second

// chromium is the path of the browser. Without one the test is skipped.
func chromium(t *testing.T) string {
	t.Helper()
	path := os.Getenv("CHROMIUM")
	if path == "" {
		path = "/usr/bin/chromium"
	}
	if _, err := exec.LookPath(path); err != nil {
		missing(t, "there is no "+path+": ./install.sh installs Chromium")
	}
	return path
}

// missing skips a test that lacks something, or fails it where all must be there.
func missing(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("SEGMENT_NEED_BROWSER") == "1" {
		t.Fatal(what)
	}
	t.Skip(what)
}

// A step is something that is done in a tab.
type step = chromedp.Action[chromedp.Void]

// command is a command of the protocol as a step.
func command[P, R any](c cdp.Command[P, R], params P) step {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, c, params)
		return err
	})
}

// screen is a screen so large, of a telephone or not.
func screen(width, height int64, phone bool) step {
	return command(emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: height, DeviceScaleFactor: 1, Mobile: phone})
}

// visible waits until something is there to be seen.
func visible(selector string) step { return chromedp.WaitVisible(chromedp.CSS(selector)) }

// A browser is one process of Chromium with a profile of its own.
type browser struct {
	t   *testing.T
	ctx context.Context
}

func newBrowser(t *testing.T) *browser {
	t.Helper()
	options := []chromedp.ExecAllocatorOption{chromedp.ExecPath(chromium(t)), chromedp.UserDataDir(t.TempDir())}
	for _, flag := range []string{"headless", "no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "disable-background-networking",
		"disable-component-update", "disable-sync", "disable-dev-shm-usage", "disable-default-apps", "hide-scrollbars"} {
		options = append(options, chromedp.Flag(flag, true))
	}
	ctx, stop := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, end := chromedp.NewContext(ctx)
	if err := chromedp.Do(ctx); err != nil {
		stop()
		t.Fatal(err)
	}
	t.Cleanup(func() { end(); stop() })
	return &browser{t, ctx}
}

// A tab shows the page of a server.
type tab struct {
	t   *testing.T
	s   *server
	ctx context.Context

	mu     sync.Mutex
	faults []string
	away   bool // the server is down, so that requests fail
}

// open opens a tab, at a route of the page.
func (b *browser) open(s *server, route string) *tab {
	b.t.Helper()
	p := &tab{t: b.t, s: s}
	ctx, stop := chromedp.NewContext(b.ctx, chromedp.WithListener(p.listen))
	if p.ctx = ctx; chromedp.Do(ctx) != nil {
		b.t.Fatal("no tab opens")
	}
	b.t.Cleanup(func() {
		stop()
		p.mu.Lock()
		defer p.mu.Unlock()
		for _, fault := range p.faults {
			b.t.Error(fault)
		}
	})
	p.run(command(network.Enable, network.EnableParams{}), command(log.Enable, cdp.Empty{}), command(runtime.Enable, cdp.Empty{}), screen(1200, 850, false),
		command(emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})) // else only one tab is seen
	p.visit(route)
	return p
}

// listen looks at what the tab does.
func (p *tab) listen(event any) {
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		u, err := url.Parse(e.Request.URL)
		if err != nil || u.Scheme != "data" && u.Scheme != "blob" && u.Host != p.s.addr {
			p.fault("a request leaves the machine: " + e.Request.URL)
		}
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError && !strings.Contains(e.Entry.Text, "Failed to load resource") {
			p.fault("the browser says: " + e.Entry.Text + " " + e.Entry.URL)
		}
	case *network.EventResponseReceived:
		if e.Response.Status >= 500 {
			p.fault(fmt.Sprintf("%s is answered with %d", e.Response.URL, e.Response.Status))
		}
	case *page.EventJavascriptDialogOpening: // whether to leave what is not saved
		go func() {
			_ = chromedp.Do(p.ctx, command(page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{Accept: true}))
		}()
	case *runtime.EventExceptionThrown:
		p.fault(fmt.Sprintf("a script fails: %+v", *e.ExceptionDetails))
	}
}

func (p *tab) fault(text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.away {
		p.faults = append(p.faults, text)
	}
}

// leave says that the server is going down, or is back.
func (p *tab) leave(away bool) {
	p.mu.Lock()
	p.away = away
	p.mu.Unlock()
}

// run does things one after the other, within patience.
func (p *tab) run(actions ...step) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		soon, cancel := context.WithTimeout(p.ctx, 5*time.Second)
		defer cancel()
		shown, _ := chromedp.Run(soon, chromedp.Evaluate[string](`document.body.innerText.slice(0, 1500)`))
		p.t.Fatalf("%v; the page shows:\n%s", err, shown)
	}
}

// visit goes to a route, such as segments/new, with the page loaded anew.
func (p *tab) visit(route string) {
	p.t.Helper()
	p.run(chromedp.Navigate("about:blank"), chromedp.Navigate("http://"+p.s.addr+"/#/"+route), visible("main, h1"))
}

// hook is the selector of a test hook.
func hook(id string) string { return `[data-testid="` + id + `"]` }

// js evaluates an expression, which may be a promise, and reads its value into a pointer.
func (p *tab) js(expression string, into any) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string]("(async () => JSON.stringify((await ("+expression+")) ?? null))()", chromedp.EvalAwaitPromise))
	if err != nil {
		p.t.Fatalf("%s: %v", expression[:min(len(expression), 200)], err)
	}
	if into == nil {
		return
	}
	if err := json.Unmarshal([]byte(text), into); err != nil {
		p.t.Fatalf("%s: %v", expression, err)
	}
}

// until waits until an expression is true.
func (p *tab) until(expression string) {
	p.t.Helper()
	end := time.Now().Add(patience)
	for {
		var ok bool
		p.js("!!("+expression+")", &ok)
		if ok {
			return
		}
		if time.Now().After(end) {
			var shown string
			p.js(`document.body.innerText.slice(0, 1500)`, &shown)
			p.t.Fatalf("waited in vain for %s; the page shows:\n%s", expression, shown)
		}
		time.Sleep(30 * time.Millisecond)
	}
}

// text waits until what a selector finds holds a text.
func (p *tab) text(selector, text string) {
	p.t.Helper()
	p.until(fmt.Sprintf(`[...document.querySelectorAll(%s)].some(e => e.textContent.includes(%s))`, quoted(selector), quoted(text)))
}

// click clicks by the mouse.
func (p *tab) click(selector string) {
	p.t.Helper()
	at := chromedp.CSS(selector)
	p.run(chromedp.WaitEnabled(at), chromedp.ScrollIntoView(at), chromedp.Click(at, chromedp.NodeVisible))
}

// fill puts a text into a field, in place of what is there, as typed.
func (p *tab) fill(selector, text string) {
	p.t.Helper()
	p.click(selector)
	p.run(chromedp.KeyEvent("a", chromedp.KeyModifiers(kb.ModifierCtrl)), chromedp.KeyEvent(kb.Backspace), insert(text))
}

// choose takes an option of a select. A headless browser does not draw the list of options.
func (p *tab) choose(selector, value string) {
	p.t.Helper()
	p.until(fmt.Sprintf(`[...(document.querySelector(%s)?.options ?? [])].some(o => o.value === %s)`, quoted(selector), quoted(value)))
	p.js(fmt.Sprintf(`(() => { const s = document.querySelector(%s); s.focus(); s.value = %s; s.dispatchEvent(new Event("change", {bubbles: true})) })()`, quoted(selector), quoted(value)), nil)
}

// rule puts a text into the editor of rules.
func (p *tab) rule(text string) {
	p.t.Helper()
	p.fill(hook("editor-text")+" .cm-content", text)
}

// insert types a text at once, as an input method does.
func insert(text string) step {
	return command(input.InsertText, input.InsertTextParams{Text: text})
}

// shown waits until the editor shows a count.
func (p *tab) shown(n int) {
	p.t.Helper()
	p.until(fmt.Sprintf(`document.querySelector(%s)?.textContent.replace(/\D/g, "") === "%d" && !document.querySelector(".figure.old")`, quoted(hook("editor-count")), n))
}

// quoted is a text as JavaScript.
func quoted(text string) string {
	b, _ := json.Marshal(text)
	return string(b)
}
