package evaluation

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/kubernaut/datastorage/gen/apiclient"
)

// LabelNames are the labels that a question may have, in the names of the API: those that the contract lists, since any other
// field of a line is a note.
func LabelNames() []string {
	var names []string
	for _, field := range reflect.VisibleFields(reflect.TypeFor[apiclient.SearchLabels]()) {
		if name, _, _ := strings.Cut(field.Tag.Get("json"), ","); name != "-" {
			names = append(names, name)
		}
	}
	return names
}

// Keep leaves of the labels of each question only the named ones. It fails for a name that is no label.
func Keep(questions []Question, names []string) error {
	known := LabelNames()
	for _, name := range names {
		if !slices.Contains(known, name) {
			return fmt.Errorf("there is no label %q; there are %s", name, strings.Join(known, ", "))
		}
	}
	for i := range questions {
		kept, err := keep(questions[i].Labels, names)
		if err != nil {
			return err
		}
		questions[i].Labels = kept
	}
	return nil
}

func keep(labels apiclient.SearchLabels, names []string) (apiclient.SearchLabels, error) {
	text, err := json.Marshal(labels)
	if err != nil {
		return apiclient.SearchLabels{}, err
	}
	return labelsOf(text, names)
}

// labelsOf gives the named labels of a JSON object.
func labelsOf(text []byte, names []string) (kept apiclient.SearchLabels, err error) {
	all := map[string]json.RawMessage{}
	if err := json.Unmarshal(text, &all); err != nil {
		return kept, err
	}
	for name := range all {
		if !slices.Contains(names, name) {
			delete(all, name)
		}
	}
	if text, err = json.Marshal(all); err != nil {
		return kept, err
	}
	return kept, json.Unmarshal(text, &kept)
}
