package server

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/labstack/echo/v4"

	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/gen/apiserver"
)

//go:embed assets/ui
var uiFiles embed.FS

// cachePage is one page of the web interface. All pages share the layout.
var cachePage = template.Must(template.New("layout").Funcs(template.FuncMap{
	"bytes": func(n int64) string { return humanize.IBytes(uint64(max(n, 0))) }, //nolint:gosec // not negative
	"perLoad": func(k catalog.CacheKindStats) string {
		if k.Loads == 0 {
			return "–"
		}
		return fmt.Sprintf("%.1f", float64(k.LoadTime)/float64(time.Millisecond)/float64(k.Loads))
	},
}).ParseFS(uiFiles, "assets/ui/layout.html", "assets/ui/cache.html"))

// cacheView is what the page of the cache shows.
type cacheView struct {
	Stats       catalog.CacheStats
	WarmUp      catalog.WarmUp
	Bars        []bar
	ChartHeight int
}

// bar is one bar of the chart, in the coordinates of the picture.
type bar struct {
	Label, Percent string
	Y, TextY       int
	Width          float64
}

const (
	barWidth = 380
	barPitch = 22
)

// GetCachePage shows what the cache does. Without the database it does so too, but for the warm-up.
func (a *api) GetCachePage(ctx context.Context, _ apiserver.GetCachePageRequestObject) (apiserver.GetCachePageResponseObject, error) {
	stats, err := a.cache.Stats(ctx)
	if err != nil {
		return nil, err
	}
	progress, err := a.cache.Warmer.Progress(ctx)
	if errors.Is(err, catalog.ErrUnavailable) {
		progress, err = catalog.WarmUp{State: "unknown, the database does not answer"}, nil
	}
	if err != nil {
		return nil, err
	}
	view := cacheView{Stats: stats, WarmUp: progress, Bars: bars(stats.Kinds)}
	view.ChartHeight = len(view.Bars) * barPitch
	var text bytes.Buffer
	if err := cachePage.ExecuteTemplate(&text, "layout", view); err != nil {
		return nil, fmt.Errorf("render the page of the cache: %w", err)
	}
	return uiPage(text.Bytes()), nil
}

func bars(kinds []catalog.CacheKindStats) []bar {
	var list []bar
	add := func(label string, share float64) {
		y := len(list) * barPitch
		list = append(list, bar{
			Label: label, Percent: fmt.Sprintf("%.0f %%", 100*share), Y: y + 3, TextY: y + 14, Width: barWidth * min(max(share, 0), 1),
		})
	}
	for i := range kinds {
		add(kinds[i].Kind+", last ten minutes", kinds[i].RecentHitRate)
		add(kinds[i].Kind+", since the start", kinds[i].HitRate)
	}
	return list
}

// uiPage is a page of the web interface: without scripts, and with nothing from elsewhere.
type uiPage []byte

// VisitGetCachePageResponse implements the generated interface.
func (p uiPage) VisitGetCachePageResponse(w http.ResponseWriter) error {
	w.Header().Set(echo.HeaderContentSecurityPolicy, apiPolicy+"; style-src 'unsafe-inline'")
	w.Header().Set(echo.HeaderContentType, "text/html")
	w.WriteHeader(http.StatusOK)
	_, err := w.Write(p)
	return err
}
