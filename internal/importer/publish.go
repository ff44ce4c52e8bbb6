package importer

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/kubernaut/datastorage/gen/apiclient"
	"github.com/kubernaut/datastorage/internal/client"
)

// Config says where and how a batch is published. Client is required.
type Config struct {
	Client      *apiclient.ClientWithResponses
	Concurrency int           // playbooks at the same time; default 4
	DryRun      bool          // find out what would happen, store nothing
	Actor       string        // who imports; default the service's
	Retry       Retry         // how long one version is tried
	Grace       time.Duration // for requests under way when the context ends; default 3 s
	Progress    func()        // called after each version, also concurrently; default none
}

func (c Config) withDefaults() Config {
	if c.Concurrency < 1 {
		c.Concurrency = 4
	}
	if c.Grace <= 0 {
		c.Grace = 3 * time.Second
	}
	if c.Progress == nil {
		c.Progress = func() {}
	}
	c.Retry = c.Retry.withDefaults()
	return c
}

// Publish sends the batch: the versions of a playbook one after the other in their order, playbooks side by side. What
// the service refuses does not stop what follows. When the service fails on a version, later ones of that playbook are
// left out, because publishing them would lock the failed one out for good; when it cannot be reached, everything ends.
//
// The summary holds in every case. The error says why not all was attempted: the end of the context,
// client.ErrUnreachable, client.ErrNotTheService, a *client.Problem of an overloaded service. Publishing the same batch
// again completes it.
func (b *Batch) Publish(ctx context.Context, cfg Config) (Summary, error) {
	start := time.Now()
	cfg = cfg.withDefaults()
	groups := plan(b.records)
	r := &run{batch: b, cfg: cfg, sender: newSender(cfg), summary: b.summary(cfg.DryRun)}
	err := b.spool.flush()
	if err == nil {
		err = r.all(ctx, groups)
	}
	r.summary.Interrupted = ctx.Err() != nil
	if err != nil {
		r.summary.Stopped = err.Error()
	}
	r.summary.finish(time.Since(start))
	return r.summary, err
}

// run is one Publish.
type run struct {
	batch  *Batch
	cfg    Config
	sender *sender

	mu      sync.Mutex
	summary Summary
}

func (r *run) all(ctx context.Context, groups [][]record) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	inFlight, release := r.graceful(ctx)
	defer release()
	queue := make(chan []record)
	var workers sync.WaitGroup
	for range r.cfg.Concurrency {
		workers.Go(func() {
			for group := range queue {
				if err := r.playbook(ctx, inFlight, group); err != nil {
					stop(err)
				}
			}
		})
	}
	feed(ctx, queue, groups)
	workers.Wait()
	return context.Cause(ctx)
}

func feed(ctx context.Context, queue chan<- []record, groups [][]record) {
	defer close(queue)
	for _, group := range groups {
		select {
		case queue <- group:
		case <-ctx.Done():
			return
		}
	}
}

// graceful gives a context that outlives another one by the grace.
func (r *run) graceful(ctx context.Context) (inFlight context.Context, release func()) {
	inFlight, cancel := context.WithCancel(context.WithoutCancel(ctx))
	forget := context.AfterFunc(ctx, func() { time.AfterFunc(r.cfg.Grace, cancel) })
	return inFlight, func() { forget(); cancel() }
}

// playbook publishes the versions of one playbook. An error ends the whole import.
func (r *run) playbook(ctx, inFlight context.Context, versions []record) error {
	for i := 0; i < len(versions) && ctx.Err() == nil; i++ {
		version := versions[i]
		body, err := r.batch.spool.read(version.body)
		if err != nil {
			return err
		}
		res, err := r.sender.send(ctx, inFlight, body)
		goOn, err := r.account(version, res, err)
		if err != nil {
			return err
		}
		r.cfg.Progress()
		if !goOn {
			return nil
		}
	}
	return nil
}

// account enters the outcome of one version. It says whether the next version of the playbook may be published, and
// returns the error again when it is not about this version.
func (r *run) account(version record, res *response, err error) (goOn bool, stop error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	var problem *client.Problem
	switch {
	case err == nil:
		return r.accepted(version, res)
	case !errors.As(err, &problem) || repeatable(int(problem.Status)):
		return false, err
	case problem.Status >= 500:
		r.refuse(version, KindFailed, problem.Problem)
		return false, nil
	default:
		r.refuse(version, KindRefused, problem.Problem)
		return true, nil
	}
}

// accepted enters what a status 200 or 201 says.
func (r *run) accepted(version record, res *response) (bool, error) {
	var outcome apiclient.PublishOutcome
	var stored apiclient.PlaybookVersion
	switch {
	case res.StatusCode == http.StatusCreated && json.Unmarshal(res.body, &stored) == nil && stored.PlaybookId != "":
		r.summary.Created++
		if stored.EmbeddingStatus == apiclient.EmbeddingStatusPending {
			r.summary.Pending++
		}
	case json.Unmarshal(res.body, &outcome) != nil:
		return false, client.ErrNotTheService
	case outcome.Would == apiclient.Create:
		r.summary.Created++
	case outcome.Would == apiclient.Identical:
		r.summary.Identical++
	case outcome.Would == apiclient.Refuse && outcome.Problem != nil:
		r.refuse(version, KindRefused, *outcome.Problem)
	default:
		return false, client.ErrNotTheService
	}
	return true, nil
}

func (r *run) refuse(version record, kind Kind, p apiclient.Problem) {
	refusal := Refusal{
		Source: version.origin, Kind: kind, PlaybookID: version.playbookID, Version: version.version,
		Status: int(p.Status), Type: p.Type, Reason: p.Title, Errors: p.Errors, position: version.position,
	}
	if p.Detail != nil {
		refusal.Reason = *p.Detail
	}
	if p.GreatestVersion != nil {
		refusal.GreatestVersion = *p.GreatestVersion
	}
	r.summary.Refused = append(r.summary.Refused, refusal)
}
