// Package browser tests examples/crm as people use it: in a browser, by mouse, by text and by
// keyboard, over restarts, and with everything that the page asks for looked at.
//
//	./install.sh                       # Chromium by apt, and axe-core by npm
//	go test -v .                       # what takes how long is logged
//	go test -screenshots ../../../docs/pictures -run Pictures .
//
// It needs Chromium (/usr/bin/chromium, or what CHROMIUM names); without it the tests are
// skipped and say so, unless SEGMENT_NEED_BROWSER=1 makes that an error.
//
// Reading the code: server_test.go (the program, started and killed), tab_test.go (a tab of the
// browser), and then what is tested: editor_test.go, live_test.go, access_test.go,
// pictures_test.go.
package browser
