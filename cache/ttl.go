package cache

import (
	"context"
	"fmt"
	"time"

	"github.com/redis/rueidis"

	"github.com/kubernaut/datastorage/catalog"
)

// SetTTL gives the cached vectors of a playbook a TTL of their own, nil for that of all others. It is kept in the
// database, so that it holds in all processes at once, and it is also given to what is cached already.
//
// Errors: those of catalog.CacheStore.SetCacheTTL; catalog.ErrCacheAway and ErrUnavailable when the TTL is set, but what is
// cached could not be given it: then it is removed as soon as that is possible.
func (e *Embeddings) SetTTL(ctx context.Context, playbookID string, ttl *time.Duration) error {
	if err := e.playbooks.SetCacheTTL(ctx, playbookID, ttl); err != nil {
		return err
	}
	now := e.ttl
	if ttl != nil {
		now = *ttl
	}
	if err := e.expire(context.WithoutCancel(ctx), playbookID, now); err != nil {
		e.pending.add(playbookID)
		return fmt.Errorf("%w: %w: give cached vectors of %s another TTL: %w", catalog.ErrCacheAway, ErrUnavailable, playbookID, err)
	}
	return nil
}

// expire gives a TTL to what is cached of a playbook. What is being loaded is not kept: it may be loaded for the TTL of
// before.
func (e *Embeddings) expire(ctx context.Context, playbookID string, ttl time.Duration) error {
	versions, err := e.playbooks.VersionNumbers(ctx, playbookID)
	for len(versions) > 0 && err == nil {
		batch := versions[:min(unlinkBatch, len(versions))]
		versions = versions[len(batch):]
		err = e.gate.doPatiently(ctx, func(ctx context.Context, conn rueidis.Client) (bool, error) {
			commands := make(rueidis.Commands, 0, 2*len(batch))
			for _, version := range batch {
				key := PlaybookKey(playbookID, version)
				commands = append(commands, conn.B().Unlink().Key(e.lockKey(key)).Build(),
					conn.B().Pexpire().Key(key).Milliseconds(jittered(ttl).Milliseconds()).Build())
			}
			return true, failureOf(conn.DoMulti(ctx, commands...))
		})
	}
	return err
}
