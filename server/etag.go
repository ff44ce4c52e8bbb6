package server

import "strings"

// matchesTag reports whether a list of If-None-Match (RFC 9110, 13.1.2) has the tag, by weak comparison, or is `*`.
// What cannot be read matches nothing.
func matchesTag(list, tag string) bool { return listsTag(list, tag, true) }

// matchesTagStrongly is the same for If-Match (13.1.1), where a weak tag matches nothing.
func matchesTagStrongly(list, tag string) bool { return listsTag(list, tag, false) }

func listsTag(list, tag string, takesWeak bool) bool {
	list = strings.TrimSpace(list)
	if list == "*" {
		return true
	}
	for list != "" {
		var weak bool
		list, weak = strings.CutPrefix(strings.TrimLeft(list, " \t,"), "W/")
		if !strings.HasPrefix(list, `"`) {
			return false
		}
		end := strings.Index(list[1:], `"`)
		if end < 0 {
			return false
		}
		end += len(`""`)
		if list[:end] == tag && (takesWeak || !weak) {
			return true
		}
		list = list[end:]
	}
	return false
}
