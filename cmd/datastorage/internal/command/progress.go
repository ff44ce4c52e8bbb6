package command

import (
	"io"
	"sync/atomic"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"github.com/kubernaut/datastorage/cmd/datastorage/internal/app"
)

// progressInterval is the time between two lines where no bar can be drawn.
const progressInterval = 5 * time.Second

// progress shows how far a long command is. Step may be called concurrently.
type progress struct {
	step func()
	end  func()
}

// progress draws a bar on a terminal and prints a line now and then elsewhere.
func (p *Program) progress(what string, total int, quiet bool) progress {
	switch {
	case quiet || total == 0:
		return progress{step: func() {}, end: func() {}}
	case app.IsTerminal(p.Err) && p.variable("TERM") != "dumb":
		return drawBar(p.Err, what, total)
	default:
		return p.noteProgress(what, total, time.NewTicker(progressInterval))
	}
}

func drawBar(w io.Writer, what string, total int) progress {
	container := mpb.New(mpb.WithOutput(w), mpb.WithWidth(50))
	bar := container.AddBar(int64(total),
		mpb.PrependDecorators(decor.Name(what+" "), decor.CountersNoUnit("%d of %d ")),
		mpb.AppendDecorators(decor.Percentage(), decor.Name(" "), decor.Elapsed(decor.ET_STYLE_GO)),
	)
	return progress{
		step: bar.Increment,
		end: func() {
			bar.Abort(false) // does nothing to a bar that is full
			container.Wait()
		},
	}
}

func (p *Program) noteProgress(what string, total int, ticker *time.Ticker) progress {
	var done atomic.Int64
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-ticker.C:
				p.note("%s: %d of %d", what, done.Load(), total)
			case <-stop:
				return
			}
		}
	}()
	return progress{
		step: func() { done.Add(1) },
		end: func() {
			ticker.Stop()
			close(stop)
			<-stopped
		},
	}
}
