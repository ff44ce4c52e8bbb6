package command

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/kubernaut/datastorage/internal/importer"
)

// account shows the summary of an import for people.
func account(s *importer.Summary) string {
	created := "created"
	if s.DryRun {
		created = "would be created"
	}
	rows := [][]string{
		countOf(s.Created, created+pending(s.Pending)), countOf(s.Identical, "identical, there already"),
		countOf(len(s.Refused), "refused"),
	}
	if s.NotAttempted > 0 {
		rows = append(rows, countOf(s.NotAttempted, "not attempted"))
	}
	var text strings.Builder
	text.WriteString(columns(tabwriter.AlignRight, rows))
	fmt.Fprintf(&text, "%d versions of %d playbooks in %s, %.0f versions/s\n", s.Found, s.Playbooks,
		time.Duration(s.DurationSeconds*float64(time.Second)).Round(time.Millisecond), s.VersionsPerSecond)
	if len(s.IgnoredFields) > 0 {
		fmt.Fprintf(&text, "ignored fields, which a playbook does not have: %s\n", counts(s.IgnoredFields))
	}
	if s.SkippedFiles > 0 {
		fmt.Fprintf(&text, "files of other formats, not read: %d\n", s.SkippedFiles)
	}
	writeRefused(&text, s)
	return text.String()
}

func countOf(n int, what string) []string { return []string{strconv.Itoa(n), " " + what} }

func pending(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(", of which %d wait for their vector", n)
}

func counts(names map[string]int) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(names)) {
		parts = append(parts, fmt.Sprintf("%s (%d)", oneLine(name), names[name]))
	}
	return strings.Join(parts, ", ")
}

func writeRefused(w *strings.Builder, s *importer.Summary) {
	if len(s.Refused) == 0 {
		return
	}
	fmt.Fprintln(w, "\nRefused:")
	for _, r := range s.Refused {
		fmt.Fprintf(w, "  %s\n", oneLine(strings.Join([]string{r.Source.String(), r.PlaybookID, r.Version}, " ")))
		fmt.Fprintf(w, "    %s\n", oneLine(strings.TrimPrefix(strings.Join([]string{r.Type, r.Reason}, ": "), ": ")))
		for _, e := range r.Errors {
			fmt.Fprintf(w, "    %s %s: %s\n", e.In, e.Pointer, oneLine(e.Detail))
		}
	}
	if late := s.Late(); late > 0 {
		fmt.Fprintf(w, `
%d of these versions are lower than one that the catalog holds already. A version can only be added above those that
exist. That happens when the same playbooks were published before in another order, or without these versions; they
cannot be added any more.
`, late)
	}
}
