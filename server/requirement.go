package server

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// requirement words what a schema asks for and did not get, without a word of what came instead.
func requirement(err *openapi3.SchemaError) string {
	schema := err.Schema
	switch err.SchemaField {
	case "type":
		return mustBeOfType(schema)
	case "nullable":
		return "must not be null"
	case "enum":
		return "must be one of " + list(schema.Enum)
	case "required":
		return "is required"
	case "minLength":
		return fmt.Sprintf("must have at least %s", count(schema.MinLength, "character"))
	case "maxLength":
		return fmt.Sprintf("must have at most %s", count(*schema.MaxLength, "character"))
	case "pattern":
		return "must match " + schema.Pattern
	case "format":
		return mustHaveFormat(schema.Format)
	case "minItems":
		return fmt.Sprintf("must have at least %s", count(schema.MinItems, "item"))
	case "maxItems":
		return fmt.Sprintf("must have at most %s", count(*schema.MaxItems, "item"))
	case "maxProperties":
		return fmt.Sprintf("must have at most %s", count(*schema.MaxProps, "member"))
	case "minimum":
		return "must be at least " + number(*schema.Min)
	case "maximum":
		return "must be at most " + number(*schema.Max)
	default:
		return "is not valid"
	}
}

func mustBeOfType(schema *openapi3.Schema) string {
	names := schema.Type.Slice()
	if len(names) != 1 {
		return "is not valid"
	}
	if strings.ContainsAny(names[0][:1], "aio") {
		return "must be an " + names[0]
	}
	return "must be a " + names[0]
}

func mustHaveFormat(format string) string {
	switch format {
	case "date-time":
		return "must be a time such as 2026-11-24T06:00:00Z (RFC 3339)"
	case "date":
		return "must be a date such as 2026-11-24"
	case "int32", "int64":
		return "must be an integer of " + strings.TrimPrefix(format, "int") + " bits"
	default:
		return "must be in the format " + format
	}
}

func list(values []any) string {
	texts := make([]string, len(values))
	for i, value := range values {
		texts[i] = fmt.Sprint(value)
	}
	return strings.Join(texts, ", ")
}

func count(n uint64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.FormatUint(n, 10) + " " + noun + "s"
}

func number(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
