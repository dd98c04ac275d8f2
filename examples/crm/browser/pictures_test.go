package browser

import (
	"bytes"
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// Pictures of each page, for the documents: go test -run Pictures -screenshots FOLDER -contacts 100000

var screenshots = flag.String("screenshots", "", "the folder that pictures of each page are written to")

func TestPictures(t *testing.T) {
	if *screenshots == "" {
		t.Skip("-screenshots says where to write pictures")
	}
	if err := os.MkdirAll(*screenshots, 0o755); err != nil {
		t.Fatal(err)
	}
	s := serve(t)
	p := newBrowser(t).open(s, "segments")
	for _, page := range pages {
		p.scheme("light")
		p.at(page.route, page.ready)
		switch page.name {
		case "new":
			continue
		case "feed":
			p.text("main", "Connected")
			p.click(hook("clock-plus-1"))
			p.run(visible(hook("feed-item")))
		case "contact":
			p.click(`[data-segment="active"] button`)
		case "import":
			p.choose(hook("import-system"), "react-querybuilder")
			p.fill(hook("import-text"), `{"combinator": "and", "rules": [`+"\n"+`  {"field": "country", "operator": "in", "value": ["DE", "AT"]},`+"\n"+`  {"field": "plan", "operator": "!=", "value": "free"}`+"\n]}")
			p.click(hook("import-run"))
			p.run(visible(hook("import-use")))
		}
		p.picture(page.name)
		if page.name == "editor" {
			p.scheme("dark")
			p.picture("editor-dark")
		}
	}
}

// picture writes what the tab shows.
func (p *tab) picture(name string) {
	p.t.Helper()
	time.Sleep(1500 * time.Millisecond) // messages have gone, and what fades in is there
	shot, err := chromedp.Run(p.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		p.t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(shot))
	if err != nil {
		p.t.Fatal(err)
	}
	var b bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, fewColours(img)); err != nil {
		p.t.Fatal(err)
	}
	path := filepath.Join(*screenshots, fmt.Sprintf("page-%s.png", name))
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		p.t.Fatal(err)
	}
	p.t.Logf("%s: %d bytes", path, b.Len())
}

// fewColours is a picture with its 256 most frequent colours, which makes it a third as large.
func fewColours(img image.Image) image.Image {
	often := make(map[color.RGBA]int)
	at := func(x, y int) color.RGBA { return color.RGBAModel.Convert(img.At(x, y)).(color.RGBA) }
	box := img.Bounds()
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			often[at(x, y)]++
		}
	}
	var all []color.RGBA
	for c := range often {
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b color.RGBA) int { return often[b] - often[a] })
	var palette color.Palette
	for _, c := range all[:min(len(all), 256)] {
		palette = append(palette, c)
	}
	few := image.NewPaletted(box, palette)
	index := make(map[color.RGBA]uint8)
	for c := range often {
		index[c] = uint8(palette.Index(c))
	}
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			few.SetColorIndex(x, y, index[at(x, y)])
		}
	}
	return few
}
