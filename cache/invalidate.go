package cache

import (
	"context"
	"fmt"

	"github.com/redis/rueidis"
)

// unlinkBatch is how many keys are removed in one call, and asked for in one step of a scan.
const unlinkBatch = 500

// Invalidate removes the cached vectors of all versions of a playbook, in all processes, and says how many there were on
// the server. What is being loaded at this moment is not kept. It goes on when the caller leaves.
//
// When the server cannot be reached, or the versions of the playbook cannot be read, what is to be removed is remembered
// and removed as soon as that is possible; the error is ErrUnavailable then. Nothing that is cached is ever wrong: the
// error is a reason for a warning, not for undoing a change.
func (e *Embeddings) Invalidate(ctx context.Context, playbookID string) (int64, error) {
	removed, err := e.removePlaybook(ctx, playbookID)
	if err != nil {
		e.pending.add(playbookID)
		return removed, fmt.Errorf("%w: remove cached vectors of %s: %w", ErrUnavailable, playbookID, err)
	}
	return removed, nil
}

// InvalidateAll is Invalidate for all playbooks. Vectors of texts that were searched for stay.
func (e *Embeddings) InvalidateAll(ctx context.Context) (int64, error) {
	removed, err := e.removeAll(ctx, playbookPrefix)
	if err != nil {
		e.pending.addAll()
		return removed, fmt.Errorf("%w: remove cached vectors of playbooks: %w", ErrUnavailable, err)
	}
	return removed, nil
}

// InvalidateQueries removes the vectors of all texts that were searched for, as is needed when a model has changed and
// its id has not. It is not made up for when the server cannot be reached. Error: ErrUnavailable.
func (e *Embeddings) InvalidateQueries(ctx context.Context) (int64, error) {
	removed, err := e.removeAll(ctx, queryPrefix)
	if err != nil {
		return removed, fmt.Errorf("%w: remove cached vectors of queries: %w", ErrUnavailable, err)
	}
	return removed, nil
}

func (e *Embeddings) removePlaybook(ctx context.Context, playbookID string) (int64, error) {
	ctx = context.WithoutCancel(ctx)
	versions, err := e.playbooks.VersionNumbers(ctx, playbookID)
	if err != nil {
		return 0, err
	}
	keys := make([]string, len(versions))
	for i, version := range versions {
		keys[i] = PlaybookKey(playbookID, version)
	}
	return e.unlink(ctx, keys)
}

// removeAll looks for keys on every node, since nobody knows which there are.
func (e *Embeddings) removeAll(ctx context.Context, prefix string) (int64, error) {
	ctx = context.WithoutCancel(ctx)
	var removed int64
	err := e.scan(ctx, prefix, func(keys []string) error {
		n, err := e.unlink(ctx, keys)
		removed += n
		return err
	})
	return removed, err
}

// scan gives the keys that begin with a prefix to a function, some at a time. A key may come twice.
func (e *Embeddings) scan(ctx context.Context, prefix string, each func(keys []string) error) error {
	var nodes map[string]rueidis.Client
	err := e.gate.do(ctx, func(_ context.Context, conn rueidis.Client) (bool, error) {
		nodes = conn.Nodes()
		return false, nil
	})
	if err != nil {
		return err
	}
	for _, node := range nodes {
		if err := e.scanNode(ctx, node, prefix, each); err != nil {
			return err
		}
	}
	return nil
}

func (e *Embeddings) scanNode(ctx context.Context, node rueidis.Client, prefix string, each func(keys []string) error) error {
	for cursor := uint64(0); ; {
		var entry rueidis.ScanEntry
		err := e.gate.doPatiently(ctx, func(ctx context.Context, _ rueidis.Client) (bool, error) {
			command := node.B().Scan().Cursor(cursor).Match(prefix + "*").Count(unlinkBatch).Build()
			var err error
			entry, err = node.Do(ctx, command).AsScanEntry()
			return true, err
		})
		if err != nil {
			return err
		}
		if err := each(entry.Elements); err != nil {
			return err
		}
		if cursor = entry.Cursor; cursor == 0 {
			return nil
		}
	}
}

// unlink removes keys with their locks, so that nobody who is loading one of them keeps it. It gives the number of keys
// that there were.
func (e *Embeddings) unlink(ctx context.Context, keys []string) (int64, error) {
	var removed int64
	for len(keys) > 0 {
		batch := keys[:min(unlinkBatch, len(keys))]
		keys = keys[len(batch):]
		n, err := e.unlinkBatch(ctx, batch)
		removed += n
		if err != nil {
			return removed, err
		}
	}
	return removed, nil
}

func (e *Embeddings) unlinkBatch(ctx context.Context, keys []string) (int64, error) {
	var removed int64
	err := e.gate.doPatiently(ctx, func(ctx context.Context, conn rueidis.Client) (bool, error) {
		commands := make(rueidis.Commands, 0, 2*len(keys))
		for _, key := range keys {
			commands = append(commands, conn.B().Unlink().Key(e.lockKey(key)).Build(), conn.B().Unlink().Key(key).Build())
		}
		results := conn.DoMulti(ctx, commands...)
		for i := 1; i < len(results); i += 2 {
			n, _ := results[i].AsInt64()
			removed += n
		}
		return true, failureOf(results)
	})
	return removed, err
}
