package server

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/gen/apiserver"
)

// labelsIn gives a label object as the contract has checked it, no labels for none.
func labelsIn(object json.RawMessage) (catalog.Labels, error) {
	labels := catalog.Labels{Values: map[string]string{}}
	if len(object) == 0 {
		return labels, nil
	}
	err := json.Unmarshal(object, &labels)
	return labels, err
}

func labelsOut(labels catalog.Labels) json.RawMessage {
	object, err := labels.MarshalJSON()
	if err != nil {
		return json.RawMessage("{}") // not reached: labels are texts
	}
	return object
}

// labelFilter gives the labels that a list is filtered by. Custom ones come as key:value, as the contract has checked.
func labelFilter(values map[string]*string, custom []string) catalog.Labels {
	labels := catalog.Labels{Values: map[string]string{}}
	for name, text := range values {
		if text != nil {
			labels.Values[name] = *text
		}
	}
	for _, pair := range custom {
		key, text, _ := strings.Cut(pair, ":")
		if labels.Custom == nil {
			labels.Custom = map[string][]string{}
		}
		labels.Custom[key] = append(labels.Custom[key], text)
	}
	return labels
}

// schemaLabelParameter is the query parameter for labels that have none of their own.
const schemaLabelParameter = "schema_label"

// addSchemaLabels adds the labels that came as name:value, as the contract has checked. A label has one value, so that
// one that is given twice is refused.
func addSchemaLabels(labels *catalog.Labels, pairs []string) error {
	for i, pair := range pairs {
		name, text, _ := strings.Cut(pair, ":")
		if _, given := labels.Values[name]; given {
			return refuseFields([]apiserver.ProblemError{{
				In: apiserver.Query, Pointer: fmt.Sprintf("/%s/%d", schemaLabelParameter, i), Detail: "the label " + clip(name) + " is given twice",
			}})
		}
		labels.Values[name] = text
	}
	return nil
}
