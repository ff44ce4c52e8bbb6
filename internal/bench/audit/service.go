package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"

	"github.com/kubernaut/datastorage/audit"
	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/server"
	"github.com/kubernaut/datastorage/store"
)

// service is the HTTP server of the product on a port of its own, with its access log in JSON written to nowhere.
type service struct {
	address string
	stop    func() error
}

// startRecording starts a service that records in a database.
func startRecording(ctx context.Context, url string) (*service, error) {
	s, err := store.New(store.Config{DatabaseURL: url})
	if err != nil {
		return nil, err
	}
	recorder, err := audit.NewRecorder(audit.RecorderConfig{Writer: s.Trail()}) //nolint:contextcheck // it outlives the call
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	running, err := serve(ctx, server.Audit{Recorder: recorder, Reader: s.Trail(), Verifier: s.Trail()})
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	stopServer := running.stop
	running.stop = func() error {
		return errors.Join(stopServer(), recorder.Close(context.WithoutCancel(ctx)), s.Close())
	}
	return running, nil
}

// startEmpty starts a service whose handler gets the decoded event and answers, the ceiling of what can be reached.
func startEmpty(ctx context.Context) (*service, error) {
	return serve(ctx, server.Audit{Recorder: idle{}, Reader: noReader{}, Verifier: noVerifier{}})
}

// idle is a recorder that does nothing.
type idle struct{ server.AuditRecorder }

func (idle) Record(_ context.Context, events []audit.Event) (audit.Receipt, error) {
	receipt := audit.Receipt{Events: make([]audit.Prepared, len(events))}
	for i := range events {
		receipt.Events[i].Event = events[i]
	}
	return receipt, nil
}

// What nobody asks in a measurement.
type (
	noReader   struct{ audit.Reader }
	noVerifier struct{ audit.Verifier }
	noCatalog  struct{ server.Catalog }
	noCache    struct {
		server.CacheControl
		server.CacheWarmer
	}
)

func noCacheStats(context.Context) (catalog.CacheStats, error) { return catalog.CacheStats{}, nil }

func serve(ctx context.Context, trail server.Audit) (*service, error) {
	s, err := server.New(server.Config{
		Catalog: noCatalog{}, Audit: trail, Cache: server.Cache{Control: noCache{}, Warmer: noCache{}, Stats: noCacheStats}, Logger: slog.New(slog.NewJSONHandler(io.Discard, nil)),
	})
	if err != nil {
		return nil, err
	}
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, listener) }()
	return &service{address: listener.Addr().String(), stop: func() error { cancel(); return <-ended }}, nil
}
