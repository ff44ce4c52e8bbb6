package server

import "strings"

// matchesTag reports whether a list of If-None-Match (RFC 9110, 13.1.2) has the tag, by weak comparison, or is `*`.
// What cannot be read matches nothing.
func matchesTag(list, tag string) bool {
	list = strings.TrimSpace(list)
	if list == "*" {
		return true
	}
	for list != "" {
		list = strings.TrimPrefix(strings.TrimLeft(list, " \t,"), "W/")
		if !strings.HasPrefix(list, `"`) {
			return false
		}
		end := strings.Index(list[1:], `"`)
		if end < 0 {
			return false
		}
		end += len(`""`)
		if list[:end] == tag {
			return true
		}
		list = list[end:]
	}
	return false
}
