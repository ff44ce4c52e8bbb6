package importer

import (
	"cmp"
	"slices"

	"github.com/kubernaut/datastorage/versioning"
)

// plan gives the records of each playbook in the order in which they can be published: by semantic version precedence,
// in front of those whose version is not one. Equal versions stay as they were found. Playbooks come in the order of
// their first record. Records that do not say which playbook they are of are each a group of their own.
func plan(records []record) [][]record {
	var groups [][]record
	index := map[string]int{}
	for _, r := range records {
		i, known := index[r.playbookID]
		if !known || r.playbookID == "" {
			i = len(groups)
			index[r.playbookID] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], r)
	}
	for _, group := range groups {
		sortByVersion(group)
	}
	return groups
}

func sortByVersion(group []record) {
	keys := make(map[int]string, len(group))
	for _, r := range group {
		key, err := versioning.SortKey(r.version)
		if err != nil {
			key = "\xff" // after every key
		}
		keys[r.position] = key
	}
	slices.SortStableFunc(group, func(a, b record) int { return cmp.Compare(keys[a.position], keys[b.position]) })
}
