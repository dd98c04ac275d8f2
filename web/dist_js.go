package web

import "embed"

// Compiled to WebAssembly the handler is called by the page, which is there already.
var dist embed.FS
