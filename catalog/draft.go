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
	var v violations
	checkID(&v, id)
	return v.err()
}

// Normalise checks a draft against every rule that does not depend on what is stored, and gives it with its defaults
// filled in. The error is a *ValidationError with all broken rules, or wraps versioning.ErrInvalidFormat when the
// version is the only thing that is wrong.
func (d Draft) Normalise(schemas LabelSchemas) (Draft, error) {
	var v violations
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
		v = append(violations{{Pointer: "/version", Detail: versionErr.Error()}}, v...)
	}
	return d, v.err()
}

func checkID(v *violations, id string) {
	switch {
	case len(id) > maxIDLength:
		v.add("/playbook_id", "must have at most %d characters", maxIDLength)
	case !idPattern.MatchString(id):
		v.add("/playbook_id", "must consist of lower-case letters, digits and inner hyphens")
	case slices.Contains(ReservedIDs, id):
		v.add("/playbook_id", "%q is a word of the API and cannot be an id", id)
	}
}

func checkTexts(v *violations, d *Draft) {
	checkRequired(v, "/title", d.Title)
	checkLine(v, "/title", d.Title, maxTitleLength)
	checkRequired(v, "/description", d.Description)
	checkText(v, "/description", d.Description, maxNotesLength)
	checkText(v, "/version_notes", d.VersionNotes, maxNotesLength)
	checkText(v, "/change_summary", d.ChangeSummary, maxNotesLength)
	checkLine(v, "/owner", d.Owner, maxNameLength)
	checkLine(v, "/approved_by", d.ApprovedBy, maxNameLength)
	if d.Maintainer != "" {
		checkEmail(v, d.Maintainer)
	}
}

func checkRequired(v *violations, pointer, s string) {
	if strings.TrimSpace(s) == "" {
		v.add(pointer, "must not be empty")
	}
}

func checkEmail(v *violations, s string) {
	before := len(*v)
	checkLine(v, "/maintainer", s, maxEmailLength)
	if len(*v) > before {
		return
	}
	// ParseAddress also takes "Name <address>", which is more than an address.
	if address, err := mail.ParseAddress(s); err != nil || address.Address != s {
		v.add("/maintainer", "must be an e-mail address")
	}
}

func (d *Draft) normaliseContent(v *violations) {
	checkRequired(v, "/content", d.Content)
	if len(d.Content) > MaxContentBytes {
		v.add("/content", "must have at most %d bytes", MaxContentBytes)
		return
	}
	checkText(v, "/content", d.Content, MaxContentBytes)
	if d.ContentType == "" {
		d.ContentType = ContentMarkdown
	}
	if err := checkSyntax(d.ContentType, d.Content); err != nil {
		v.add("/content", "%s", err.Error())
	}
	sum := sha256.Sum256([]byte(d.Content))
	hash := hex.EncodeToString(sum[:])
	if d.ContentHash != "" && d.ContentHash != hash {
		v.add("/content_hash", "does not match the content, whose SHA-256 is %s", hash)
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
			return fmt.Errorf("is not valid YAML, though content_type says so: %s", clip(strings.TrimPrefix(err.Error(), "yaml: ")))
		}
	}
}

func (d *Draft) normaliseLabels(v *violations, schemas LabelSchemas) {
	if d.SchemaVersion == "" {
		d.SchemaVersion = DefaultSchemaVersion
	}
	schema, ok := schemas[d.SchemaVersion]
	if !ok {
		v.add("/schema_version", "there is no label schema %q; known are %s", clip(d.SchemaVersion),
			strings.Join(sortedKeys(schemas), ", "))
		return
	}
	d.Labels = schema.normalise(v, d.Labels)
}

func checkNumbers(v *violations, d *Draft) {
	if rate := d.ExpectedSuccessRate; rate != nil && !(*rate >= 0 && *rate <= 1) {
		v.add("/expected_success_rate", "must be between 0 and 1")
	}
	if seconds := d.ExpectedDurationSeconds; seconds != nil && (*seconds < 0 || *seconds > maxDuration) {
		v.add("/expected_duration_seconds", "must be between 0 and %d", maxDuration)
	}
}
