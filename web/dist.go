//go:build !js

package web

import "embed"

// The page as build.sh makes it.
//
//go:embed all:dist
var dist embed.FS
