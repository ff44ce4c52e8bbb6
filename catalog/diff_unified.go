package catalog

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Unified writes what differs between two versions for people, in the manner of a unified diff: the two versions, one
// line for each old and each new value, and texts of several lines and the content as a diff with three lines of
// context. It is empty when the versions say the same. Its bounds are those of Compare.
//
// Texts are written as they are. What shows them on a terminal has to take care of control characters in them.
func Unified(from, to Version) string {
	diff := Compare(from, to)
	if diff.Empty() {
		return ""
	}
	var out strings.Builder
	fmt.Fprintf(&out, "--- %s %s\n+++ %s %s\n", from.PlaybookID, from.Version, to.PlaybookID, to.Version)
	for _, change := range diff.Changes {
		writeChange(&out, &change)
	}
	return out.String()
}

func writeChange(out *strings.Builder, change *Change) {
	name := strings.TrimPrefix(change.Path, "/")
	if change.Kind == ChangeReordered {
		name += " (order)"
	}
	if change.Text != "" {
		fmt.Fprintf(out, " %s:\n%s", name, withoutHeader(change.Text))
		return
	}
	writeValue(out, "-", name, change.Old)
	writeValue(out, "+", name, change.New)
}

func writeValue(out *strings.Builder, sign, name string, value json.RawMessage) {
	if value != nil {
		fmt.Fprintf(out, "%s%s: %s\n", sign, name, value)
	}
}
