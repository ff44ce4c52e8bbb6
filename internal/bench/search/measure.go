package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/store"
)

// questions is how many questions take turns.
const questions = 8

// sample is what one measurement has seen.
type sample struct {
	rate     float64 // searches per second
	p50, p99 time.Duration
}

func newSample(took []time.Duration, elapsed time.Duration) sample {
	if len(took) == 0 {
		return sample{}
	}
	slices.Sort(took)
	return sample{float64(len(took)) / elapsed.Seconds(), took[len(took)/2], took[min(len(took)-1, len(took)*99/100)]}
}

// callers have callers ask one question after the other for a while.
func callers(n int, d time.Duration, ask func(i int) error) (sample, error) {
	var next atomic.Int64
	took, errs := make([][]time.Duration, n), make([]error, n)
	begin := time.Now()
	var wg sync.WaitGroup
	for c := range n {
		wg.Go(func() {
			for errs[c] == nil && time.Since(begin) < d {
				start := time.Now()
				errs[c] = ask(int(next.Add(1)) % questions)
				took[c] = append(took[c], time.Since(start))
			}
		})
	}
	wg.Wait()
	return newSample(slices.Concat(took...), time.Since(begin)), errors.Join(errs...)
}

func (s *servers) queries(filtered bool) []catalog.SearchQuery {
	list := make([]catalog.SearchQuery, questions)
	for i := range list {
		q := s.all.Question(i)
		list[i] = catalog.SearchQuery{
			Model: model, Vector: q.Vector, Preferred: q.Labels, TopK: catalog.DefaultTopK, MinSimilarity: catalog.DefaultMinSimilarity,
		}
		if filtered {
			list[i].SignalType = catalog.Fold(q.Labels.Get(catalog.LabelSignalType))
			list[i].Severity = catalog.Fold(q.Labels.Get(catalog.LabelSeverity))
		}
	}
	return list
}

// address gives the call for a question.
func (s *servers) address(base string, i int, filtered bool) string {
	labels := s.all.Question(i).Labels
	values := url.Values{"query": {questionText(i)}}
	for name, value := range labels.Values {
		if filtered || name != catalog.LabelSignalType && name != catalog.LabelSeverity {
			values.Set(name, value)
		}
	}
	for key, list := range labels.Custom {
		for _, value := range list {
			values.Add("label", key+":"+value)
		}
	}
	return base + "/api/v1/playbooks/search?" + values.Encode()
}

func measureSize(ctx context.Context, s *servers, o options, size int, r *report, progress io.Writer) error {
	database, err := s.create(ctx, size, progress)
	if err != nil {
		return err
	}
	bare, err := store.New(store.Config{DatabaseURL: database})
	if err != nil {
		return err
	}
	defer func() { _ = bare.Close() }()
	if _, err := bare.EnsureSearchIndexes(ctx); err != nil {
		return err
	}
	sv, err := s.startService(ctx, o.program, database)
	if err != nil {
		return err
	}
	defer sv.stop()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 16}}
	for _, filtered := range []bool{false, true} {
		queries := s.queries(filtered)
		first, err := bare.Search(ctx, queries[0])
		if err != nil {
			return err
		}
		addresses := make([]string, questions)
		for i := range addresses {
			addresses[i] = s.address(sv.url, i, filtered)
		}
		for _, c := range []int{1, 4} {
			row := figure{size: size, filtered: filtered, callers: c, exact: first.Exact}
			for round := range o.rounds {
				_, _ = fmt.Fprintf(progress, "%d playbooks, filters %v, %d callers, round %d\n", size, filtered, c, round+1)
				one, err := s.pgbench(ctx, database, queries, !first.Exact, c, o.time)
				if err != nil {
					return err
				}
				two, err := callers(c, o.time, func(i int) error { _, err := bare.Search(ctx, queries[i]); return err })
				if err != nil {
					return err
				}
				three, err := callers(c, o.time, func(i int) error { return get(ctx, client, addresses[i]) })
				if err != nil {
					return err
				}
				row.pgbench, row.store, row.http = append(row.pgbench, one), append(row.store, two), append(row.http, three)
			}
			r.figures = append(r.figures, row)
		}
	}
	return nil
}

func get(ctx context.Context, client *http.Client, address string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return err
	}
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	body, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("the service answered %s: %s", resp.Status, body)
	}
	return err
}
