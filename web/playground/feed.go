//go:build js && wasm

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"syscall/js"

	"github.com/segmentrules/segment/web/playground/sample"
)

// watch tells a function of every diff after a revision, as the stream of package httpapi does,
// until what it returns is called.
func watch(shop *sample.Shop, from int, told js.Value) js.Func {
	ctx, cancel := context.WithCancel(context.Background())
	at := shop.Host.Revision()
	if from >= 0 {
		at = uint64(from)
	}
	go func() {
		told.Invoke("ready", fmt.Sprintf(`{"revision":%d}`, at))
		for d, err := range shop.Host.Subscribe(ctx, at) {
			if ctx.Err() != nil {
				return
			}
			if err != nil {
				told.Invoke("error", err.Error())
				return
			}
			if text, err := json.Marshal(d); err == nil {
				told.Invoke("diff", string(text))
			}
		}
	}()
	return js.FuncOf(func(js.Value, []js.Value) any {
		cancel()
		return nil
	})
}
