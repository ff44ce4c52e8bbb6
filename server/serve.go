package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// Serve answers the connections of a listener until the context ends, and closes the listener.
//
// When the context ends, the server first says that it is not ready, and goes on for the drain delay. Then it takes no
// more connections, and lets the requests in work end. The error is nil when they did; after the grace period their
// connections are closed and the error says so. A connection on which nothing was asked yet may take up all of the grace
// period, and is no error. A listener that fails ends Serve with its error.
func (s *Server) Serve(ctx context.Context, listener net.Listener) error {
	httpServer := s.httpServer(ctx)
	failed := make(chan error, 1)
	go func() {
		defer close(failed)
		failed <- httpServer.Serve(listener)
	}()
	select {
	case err := <-failed:
		return errors.Join(fmt.Errorf("serve: %w", err), httpServer.Close())
	case <-ctx.Done():
	}
	s.readiness.stop()
	s.logger.InfoContext(ctx, "server is stopping", "drain_delay", s.cfg.DrainDelay, "grace", s.cfg.ShutdownGrace)
	if s.cfg.DrainDelay > 0 {
		timer := time.NewTimer(s.cfg.DrainDelay)
		defer timer.Stop()
		select {
		case err := <-failed:
			return errors.Join(fmt.Errorf("serve: %w", err), httpServer.Close())
		case <-timer.C:
		}
	}
	err := s.shutdown(ctx, httpServer)
	for range failed { // Serve of net/http ends once its listener is closed
	}
	return err
}

func (s *Server) shutdown(ctx context.Context, httpServer *http.Server) error {
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.cfg.ShutdownGrace)
	defer cancel()
	err := httpServer.Shutdown(grace)
	if err == nil {
		return nil
	}
	cut := s.inWork.Load()
	closed := httpServer.Close()
	if cut == 0 {
		return closed
	}
	return errors.Join(fmt.Errorf("%d request(s) cut off after %s: %w", cut, s.cfg.ShutdownGrace, err), closed)
}

func (s *Server) httpServer(ctx context.Context) *http.Server {
	// Requests keep the values of the context and not its end, which is when they still have their grace period.
	base := context.WithoutCancel(ctx)
	return &http.Server{
		Handler:                      s.handler,
		BaseContext:                  func(net.Listener) context.Context { return base },
		ReadHeaderTimeout:            s.cfg.ReadHeaderTimeout,
		ReadTimeout:                  s.cfg.ReadTimeout,
		WriteTimeout:                 s.cfg.WriteTimeout,
		IdleTimeout:                  s.cfg.IdleTimeout,
		MaxHeaderBytes:               s.cfg.MaxHeaderBytes,
		DisableGeneralOptionsHandler: true, // its answers would have no request id
		ErrorLog:                     slog.NewLogLogger(s.logger.Handler(), slog.LevelWarn),
	}
}
