package server

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/gen/apiserver"
)

// ListLabelSchemas gives all label schemas, or nothing when the caller holds them already.
func (a *api) ListLabelSchemas(ctx context.Context, req apiserver.ListLabelSchemasRequestObject) (apiserver.ListLabelSchemasResponseObject, error) {
	schemas, err := a.catalog.LabelSchemas(ctx)
	if err != nil {
		return nil, err
	}
	body := apiserver.LabelSchemaList{Items: make([]apiserver.LabelSchema, len(schemas))}
	for i := range schemas {
		body.Items[i] = labelSchemaOut(&schemas[i])
	}
	tag, err := answerTag(body)
	if err != nil {
		return nil, err
	}
	if matchesTag(value(req.Params.IfNoneMatch), tag) {
		return apiserver.ListLabelSchemas304Response{Headers: apiserver.ListLabelSchemas304ResponseHeaders{ETag: &tag}}, nil
	}
	return apiserver.ListLabelSchemas200JSONResponse{
		Body: body, Headers: apiserver.ListLabelSchemas200ResponseHeaders{ETag: &tag},
	}, nil
}

// GetLabelSchema gives one label schema, or nothing when the caller holds it already.
func (a *api) GetLabelSchema(ctx context.Context, req apiserver.GetLabelSchemaRequestObject) (apiserver.GetLabelSchemaResponseObject, error) {
	schema, err := a.catalog.LabelSchema(ctx, req.SchemaVersion)
	if err != nil {
		return nil, err
	}
	body := labelSchemaOut(&schema)
	tag, err := answerTag(body)
	if err != nil {
		return nil, err
	}
	if matchesTag(value(req.Params.IfNoneMatch), tag) {
		return apiserver.GetLabelSchema304Response{Headers: apiserver.GetLabelSchema304ResponseHeaders{ETag: &tag}}, nil
	}
	return apiserver.GetLabelSchema200JSONResponse{
		Body: body, Headers: apiserver.GetLabelSchema200ResponseHeaders{ETag: &tag},
	}, nil
}

// answerTag is made of the whole answer: a schema never changes, but the weights beside it come with the service.
func answerTag(body any) (string, error) {
	data, err := json.Marshal(body)
	sum := sha256.Sum256(data)
	return `"` + hex.EncodeToString(sum[:8]) + `"`, err
}

func labelSchemaOut(schema *catalog.LabelSchema) apiserver.LabelSchema {
	labels := make([]apiserver.LabelRule, len(schema.Rules))
	for i := range schema.Rules {
		labels[i] = labelRuleOut(&schema.Rules[i])
	}
	return apiserver.LabelSchema{
		Version: schema.Version, Description: schema.Description, Labels: labels,
		CustomLabels: apiserver.CustomLabelRule{
			MaxKeys: catalog.MaxCustomKeys, MaxKeyLength: catalog.MaxCustomKeyLength, MaxValues: catalog.MaxCustomValues,
			MaxValueLength: catalog.MaxLabelLength, Weight: catalog.CustomValueWeight.Score(),
			MaxWeight: catalog.MaxCustomBoost.Score(),
		},
	}
}

func labelRuleOut(rule *catalog.LabelRule) apiserver.LabelRule {
	out := apiserver.LabelRule{
		Name: rule.Name, Role: apiserver.LabelRole(rule.Role), Required: rule.Required, Wildcard: rule.Wildcard,
		Values: rule.Values, Description: rule.Description,
	}
	if rule.Role == catalog.RolePreference {
		out.Weight = pointerTo(rule.Weight().Score())
	}
	return out
}
