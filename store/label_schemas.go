package store

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/kubernaut/datastorage/catalog"
)

// labelRule is one element of label_schemas.labels.
type labelRule struct {
	Name        string   `json:"name"`
	Role        string   `json:"role"`
	Required    bool     `json:"required"`
	Wildcard    bool     `json:"wildcard"`
	Values      []string `json:"values"`
	Description string   `json:"description"`
}

// LabelSchemas implements catalog.LabelSchemaStore.
func (s *Store) LabelSchemas(ctx context.Context) ([]catalog.LabelSchema, error) {
	const op = "read the label schemas"
	const query = `SELECT version, description, labels FROM label_schemas
		ORDER BY string_to_array(version, '.')::integer[]`
	var rows []struct {
		Version     string `db:"version"`
		Description string `db:"description"`
		Labels      []byte `db:"labels"`
	}
	if err := s.db.SelectContext(ctx, &rows, query); err != nil {
		return nil, mapError(ctx, op, err)
	}
	schemas := make([]catalog.LabelSchema, len(rows))
	for i, row := range rows {
		rules, err := decodeRules(row.Labels)
		if err != nil {
			return nil, fmt.Errorf("%s: version %s: %w", op, row.Version, err)
		}
		schemas[i] = catalog.LabelSchema{Version: row.Version, Description: row.Description, Rules: rules}
	}
	return schemas, nil
}

func decodeRules(data []byte) ([]catalog.LabelRule, error) {
	var stored []labelRule
	if err := json.Unmarshal(data, &stored); err != nil {
		return nil, err
	}
	rules := make([]catalog.LabelRule, len(stored))
	for i, r := range stored {
		rules[i] = catalog.LabelRule{
			Name: r.Name, Role: catalog.LabelRole(r.Role), Required: r.Required, Wildcard: r.Wildcard, Values: r.Values,
			Description: r.Description,
		}
	}
	return rules, nil
}
