package store

import (
	"context"
	"fmt"
	"time"

	"github.com/kubernaut/datastorage/catalog"
)

var _ catalog.CacheStore = (*Store)(nil)

// VersionNumbers implements catalog.CacheStore.
func (s *Store) VersionNumbers(ctx context.Context, playbookID string) ([]string, error) {
	const query = `SELECT version FROM playbook_versions WHERE playbook_id = $1 ORDER BY version`
	var versions []string
	if err := s.db.SelectContext(ctx, &versions, query, playbookID); err != nil {
		return nil, mapError(ctx, "list the version numbers of "+playbookID, err)
	}
	return versions, nil
}

// CacheTTLs implements catalog.CacheStore.
func (s *Store) CacheTTLs(ctx context.Context, playbookIDs []string) (map[string]time.Duration, error) {
	const query = `SELECT playbook_id, cache_ttl_seconds FROM playbooks
		WHERE playbook_id = ANY ($1) AND cache_ttl_seconds IS NOT NULL`
	var rows []struct {
		PlaybookID string `db:"playbook_id"`
		Seconds    int64  `db:"cache_ttl_seconds"`
	}
	if err := s.db.SelectContext(ctx, &rows, query, playbookIDs); err != nil {
		return nil, mapError(ctx, "read for how long playbooks are cached", err)
	}
	ttls := make(map[string]time.Duration, len(rows))
	for _, row := range rows {
		ttls[row.PlaybookID] = time.Duration(row.Seconds) * time.Second
	}
	return ttls, nil
}

// SetCacheTTL implements catalog.CacheStore. It changes neither the version nor the times of the playbook: what it says
// is of the cache.
func (s *Store) SetCacheTTL(ctx context.Context, playbookID string, ttl *time.Duration) error {
	const statement = `UPDATE playbooks SET cache_ttl_seconds = $2 WHERE playbook_id = $1`
	op := "set for how long " + playbookID + " is cached"
	var seconds *int64
	if ttl != nil {
		if *ttl < catalog.MinCacheTTL || *ttl > catalog.MaxCacheTTL {
			return fmt.Errorf("%s: %s is not between %s and %s", op, *ttl, catalog.MinCacheTTL, catalog.MaxCacheTTL)
		}
		whole := int64(*ttl / time.Second)
		seconds = &whole
	}
	result, err := s.db.ExecContext(ctx, statement, playbookID, seconds)
	if err != nil {
		return mapError(ctx, op, err)
	}
	changed, err := result.RowsAffected()
	if err == nil && changed == 0 {
		err = catalog.ErrPlaybookNotFound
	}
	return mapError(ctx, op, err)
}
