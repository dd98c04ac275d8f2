//go:build js && wasm

// Playground is the page without a server: the handler of package web over a made-up shop,
// compiled to WebAssembly, which the page calls instead of a network. What is changed is gone
// when the page is closed.
//
// It defines two functions for the page and then waits:
//
//	segmentCall(method, path, body, headers) → Promise<{status, headers, body}>
//	segmentFeed(from, onEvent) → stop     // onEvent(name, data) for ready, diff and error;
//	                                      // from is a revision, or negative for now
//
// build.sh makes docs/playground. Reading the code: feed.go, main.go.
package main

import (
	"bytes"
	"io"
	"syscall/js"

	"github.com/segmentrules/segment/web/playground/sample"
)

func main() {
	shop, err := sample.Open(snapshot())
	if err != nil {
		js.Global().Call("segmentFailed", err.Error())
		return
	}
	js.Global().Set("segmentFeed", js.FuncOf(func(_ js.Value, args []js.Value) any {
		return watch(shop, args[0].Int(), args[1])
	}))
	js.Global().Set("segmentCall", js.FuncOf(func(_ js.Value, args []js.Value) any {
		return promise(shop, args[0].String(), args[1].String(), args[2].String(), object(args[3]))
	}))
	js.Global().Call("segmentReady")
	select {}
}

// snapshot is that of the shop, which start.js has fetched beside the program.
func snapshot() io.Reader {
	given := js.Global().Get("segmentShop")
	text := make([]byte, given.Get("length").Int())
	js.CopyBytesToGo(text, given)
	return bytes.NewReader(text)
}

// promise answers a call from a goroutine of its own, so that one that waits for the host does
// not hold up the page.
func promise(shop *sample.Shop, method, path, body string, headers map[string]string) js.Value {
	var executor js.Func
	executor = js.FuncOf(func(_ js.Value, args []js.Value) any {
		resolve := args[0]
		go func() {
			defer executor.Release()
			a := shop.Call(method, path, body, headers)
			names := make(map[string]any, len(a.Headers))
			for name, value := range a.Headers {
				names[name] = value
			}
			resolve.Invoke(map[string]any{"status": a.Status, "headers": names, "body": a.Body})
		}()
		return nil
	})
	return js.Global().Get("Promise").New(executor)
}

// object is a JavaScript object of texts as a map.
func object(v js.Value) map[string]string {
	out := make(map[string]string)
	if v.Type() != js.TypeObject {
		return out
	}
	keys := js.Global().Get("Object").Call("keys", v)
	for i := range keys.Length() {
		key := keys.Index(i).String()
		out[key] = v.Get(key).String()
	}
	return out
}
