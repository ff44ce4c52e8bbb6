package catalog

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/kubernaut/datastorage/internal/validation"
	"github.com/kubernaut/datastorage/versioning"
)

// Bounds of a draft. Text lengths are in characters.
const (
	MaxContentBytes = 1 << 20
	maxIDLength     = 255
	maxTitleLength  = 255
	maxNameLength   = 255
	maxNotesLength  = 10_000
	maxEmailLength  = 320
	maxDuration     = 365 * 24 * 60 * 60 // seconds
)

var idPattern = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?$`)

// ReservedIDs are words of the API that cannot be playbook ids.
var ReservedIDs = []string{
	"archive", "deprecate", "diff", "disable", "enable", "history", "outcome", "publish", "search", "similar", "versions",
}

// CheckPlaybookID refuses what is no playbook id.
func CheckPlaybookID(id string) error {
	var v validation.Violations
	checkID(&v, id)
	return v.Err()
}

// Normalise checks a draft against every rule that does not depend on what is stored, and gives it with its defaults
// filled in. The error is a *validation.Error with all broken rules, or wraps versioning.ErrInvalidFormat when the
// version is the only thing that is wrong.
func (d Draft) Normalise(schemas *LabelSchemas) (Draft, error) {
	var v validation.Violations
	checkID(&v, d.PlaybookID)
	versionErr := versioning.ValidateVersionFormat(d.Version)
	checkTexts(&v, &d)
	d.normaliseContent(&v)
	d.normaliseLabels(&v, schemas)
	d.Parameters = normaliseParameters(&v, d.Parameters)
	checkNumbers(&v, &d)
	if d.ApprovedAt != nil {
		// PostgreSQL keeps microseconds; what is read back has to equal what was written.
		at := d.ApprovedAt.UTC().Truncate(time.Microsecond)
		d.ApprovedAt = &at
	}
	if versionErr != nil && len(v) == 0 {
		return Draft{}, versionErr
	}
	if versionErr != nil {
		v = append(validation.Violations{{Pointer: "/version", Detail: versionErr.Error()}}, v...)
	}
	return d, v.Err()
}

func checkID(v *validation.Violations, id string) { checkIDAt(v, "/playbook_id", id) }

func checkIDAt(v *validation.Violations, pointer, id string) {
	switch {
	case len(id) > maxIDLength:
		v.Add(pointer, "must have at most %d characters", maxIDLength)
	case !idPattern.MatchString(id):
		v.Add(pointer, "must consist of lower-case letters, digits and inner hyphens")
	case slices.Contains(ReservedIDs, id):
		v.Add(pointer, "%q is a word of the API and cannot be an id", id)
	}
}

func checkTexts(v *validation.Violations, d *Draft) {
	checkRequired(v, "/title", d.Title)
	v.Line("/title", d.Title, maxTitleLength)
	checkRequired(v, "/description", d.Description)
	v.Text("/description", d.Description, maxNotesLength)
	v.Text("/version_notes", d.VersionNotes, maxNotesLength)
	v.Text("/change_summary", d.ChangeSummary, maxNotesLength)
	v.Line("/owner", d.Owner, maxNameLength)
	v.Line("/approved_by", d.ApprovedBy, maxNameLength)
	if d.Maintainer != "" {
		checkEmail(v, d.Maintainer)
	}
}

func checkRequired(v *validation.Violations, pointer, s string) {
	if strings.TrimSpace(s) == "" {
		v.Add(pointer, "must not be empty")
	}
}

func checkEmail(v *validation.Violations, s string) {
	before := len(*v)
	v.Line("/maintainer", s, maxEmailLength)
	if len(*v) > before {
		return
	}
	// ParseAddress also takes "Name <address>", which is more than an address.
	if address, err := mail.ParseAddress(s); err != nil || address.Address != s {
		v.Add("/maintainer", "must be an e-mail address")
	}
}

func (d *Draft) normaliseContent(v *validation.Violations) {
	checkRequired(v, "/content", d.Content)
	if len(d.Content) > MaxContentBytes {
		v.Add("/content", "must have at most %d bytes", MaxContentBytes)
		return
	}
	v.Text("/content", d.Content, MaxContentBytes)
	if d.ContentType == "" {
		d.ContentType = ContentMarkdown
	}
	if err := checkSyntax(d.ContentType, d.Content); err != nil {
		v.Add("/content", "%s", err.Error())
	}
	sum := sha256.Sum256([]byte(d.Content))
	hash := hex.EncodeToString(sum[:])
	if d.ContentHash != "" && d.ContentHash != hash {
		v.Add("/content_hash", "does not match the content, whose SHA-256 is %s", hash)
	}
	d.ContentHash = hash
}

func checkSyntax(contentType ContentType, content string) error {
	switch contentType {
	case ContentMarkdown:
		return nil
	case ContentJSON:
		if !json.Valid([]byte(content)) {
			return errors.New("is not valid JSON, though content_type says so")
		}
		return nil
	case ContentYAML:
		return checkYAML(content)
	default:
		return fmt.Errorf("cannot be checked: content_type must be one of %s, %s, %s", ContentYAML, ContentJSON, ContentMarkdown)
	}
}

// checkYAML parses every document into nodes only: aliases are not expanded, so that a small text cannot grow.
func checkYAML(content string) error {
	decoder := yaml.NewDecoder(bytes.NewReader([]byte(content)))
	for {
		var node yaml.Node
		err := decoder.Decode(&node)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("is not valid YAML, though content_type says so: %s", validation.Clip(strings.TrimPrefix(err.Error(), "yaml: ")))
		}
	}
}

// schemaVersion is the label schema that a draft follows.
func (d *Draft) schemaVersion() string {
	if d.SchemaVersion == "" {
		return DefaultSchemaVersion
	}
	return d.SchemaVersion
}

func (d *Draft) normaliseLabels(v *validation.Violations, schemas *LabelSchemas) {
	d.SchemaVersion = d.schemaVersion()
	schema, ok := schemas.Find(d.SchemaVersion)
	if !ok {
		v.Add("/schema_version", "there is no label schema %q; known are %s", validation.Clip(d.SchemaVersion), schemas.versions())
		return
	}
	d.Labels = schema.normalise(v, d.Labels)
}

func checkNumbers(v *validation.Violations, d *Draft) {
	if rate := d.ExpectedSuccessRate; rate != nil && !(*rate >= 0 && *rate <= 1) {
		v.Add("/expected_success_rate", "must be between 0 and 1")
	}
	if seconds := d.ExpectedDurationSeconds; seconds != nil && (*seconds < 0 || *seconds > maxDuration) {
		v.Add("/expected_duration_seconds", "must be between 0 and %d", maxDuration)
	}
}
