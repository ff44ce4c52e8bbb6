package store

import (
	"context"
	"fmt"
	"hash/fnv"
	"slices"

	"github.com/jmoiron/sqlx"
)

// shards is the number of rows of catalog_state.
const shards = 32

// Generation implements catalog.Store.
func (s *Store) Generation(ctx context.Context) (int64, error) {
	const query = `SELECT sum(generation)::bigint FROM catalog_state`
	var generation int64
	err := s.db.GetContext(ctx, &generation, query)
	return generation, mapError(ctx, "read the generation", err)
}

// bumpGeneration lets the generation grow because of changed playbooks. It comes last in a transaction: the rows that
// it locks are shared by many playbooks. It locks them in ascending order, so that two transactions cannot wait for
// each other.
func bumpGeneration(ctx context.Context, tx *sqlx.Tx, playbookIDs []string) error {
	const statement = `WITH locked AS (
			SELECT shard FROM catalog_state WHERE shard = ANY ($1::smallint[]) ORDER BY shard FOR NO KEY UPDATE
		)
		UPDATE catalog_state AS c SET generation = c.generation + 1 FROM locked WHERE c.shard = locked.shard`
	wanted := shardsOf(playbookIDs)
	result, err := tx.ExecContext(ctx, statement, wanted)
	if err != nil {
		return err
	}
	bumped, err := result.RowsAffected()
	if err == nil && bumped != int64(len(wanted)) {
		return fmt.Errorf("catalog_state has %d of the %d shards %v", bumped, len(wanted), wanted)
	}
	return err
}

// shardsOf gives the shards of playbooks, each once, in ascending order.
func shardsOf(playbookIDs []string) []int64 {
	list := make([]int64, len(playbookIDs))
	for i, id := range playbookIDs {
		list[i] = shardOf(id)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

func shardOf(playbookID string) int64 {
	hash := fnv.New32a()
	_, _ = hash.Write([]byte(playbookID))
	return int64(hash.Sum32() % shards)
}
