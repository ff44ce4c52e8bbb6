package importer

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"unicode/utf8"

	"github.com/kubernaut/datastorage/gen/apiclient"
)

// MaxRecordSize bounds one record, in bytes: a line of JSON Lines, or a manifest file.
const MaxRecordSize = 8 << 20

// Origin is where a record was found.
type Origin struct {
	File string
	Line int
}

// String gives file:line, as editors and terminals understand it.
func (o Origin) String() string { return fmt.Sprintf("%s:%d", o.File, o.Line) }

// MarshalText gives the same for JSON.
func (o Origin) MarshalText() ([]byte, error) { return []byte(o.String()), nil }

// parsed is one record, reduced to what a publish body may hold.
type parsed struct {
	playbookID string // empty when absent or not a text
	version    string // likewise
	body       []byte
	ignored    []string // names of fields that a publish body does not have
}

// publishFields are the names of the fields of a publish body, as the contract has them.
var publishFields = func() map[string]bool {
	names := map[string]bool{}
	for field := range reflect.TypeFor[apiclient.PublishRequest]().Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		names[name] = true
	}
	return names
}()

// parse takes one JSON object apart. The values of known fields go through as they were written, whatever their type.
func parse(raw []byte) (parsed, error) {
	if !utf8.Valid(raw) {
		return parsed{}, errors.New("is not valid UTF-8")
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	if token, err := decoder.Token(); err != nil {
		return parsed{}, jsonError(err)
	} else if token != json.Delim('{') {
		return parsed{}, errors.New("is not a JSON object")
	}
	var p parsed
	body := bytes.NewBuffer(make([]byte, 0, len(raw)))
	seen := map[string]bool{}
	for decoder.More() {
		if err := p.field(decoder, seen, body); err != nil {
			return parsed{}, err
		}
	}
	if _, err := decoder.Token(); err != nil {
		return parsed{}, jsonError(err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return parsed{}, errors.New("has more than one JSON value")
	}
	p.body = finish(body)
	return p, nil
}

// field reads the next name and value.
func (p *parsed) field(decoder *json.Decoder, seen map[string]bool, body *bytes.Buffer) error {
	token, err := decoder.Token()
	if err != nil {
		return jsonError(err)
	}
	name, _ := token.(string) // the decoder gives nothing else here
	if seen[name] {
		return fmt.Errorf("has the field %s twice", name)
	}
	seen[name] = true
	var value json.RawMessage
	if err := decoder.Decode(&value); err != nil {
		return jsonError(err)
	}
	if !publishFields[name] {
		p.ignored = append(p.ignored, name)
		return nil
	}
	switch name {
	case "playbook_id":
		p.playbookID = text(value)
	case "version":
		p.version = text(value)
	}
	fmt.Fprintf(body, ",%q:%s", name, value)
	return nil
}

func finish(body *bytes.Buffer) []byte {
	if body.Len() == 0 {
		return []byte("{}")
	}
	text := append(body.Bytes(), '}')
	text[0] = '{' // in the place of the first comma
	return text
}

func text(value json.RawMessage) string {
	var s string
	if json.Unmarshal(value, &s) != nil {
		return ""
	}
	return s
}

func jsonError(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("is not valid JSON: it ends too early")
	}
	return fmt.Errorf("is not valid JSON: %w", err)
}
