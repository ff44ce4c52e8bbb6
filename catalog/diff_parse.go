package catalog

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/kubernaut/datastorage/internal/validation"
)

// Bounds of contents that are compared by path.
const (
	maxTreeDepth = 64   // levels of nesting; comparing costs time in proportion to them
	maxDocuments = 1000 // of one YAML content
)

// literal is a YAML value that JSON has no form for: an alias, a date, a number in another base, a tagged text. It is
// equal to the same literal only, never to a text.
type literal string

var errTooDeep = fmt.Errorf("is nested deeper than %d levels", maxTreeDepth)

// parseTree reads the documents of a content of YAML or JSON into maps, slices, texts, json.Number, bool, nil and
// literals. JSON has one document.
func parseTree(d *Draft) ([]any, error) {
	parse := parseYAML
	if d.ContentType == ContentJSON {
		parse = parseJSON
	}
	documents, err := parse(d.Content)
	if err != nil {
		return nil, fmt.Errorf("the content of %s %w", d.Version, err)
	}
	return documents, nil
}

func parseJSON(content string) ([]any, error) {
	tree, err := decodeJSON(json.RawMessage(content))
	if err != nil {
		return nil, errors.New("is not valid JSON")
	}
	if !fitsDepth(tree, maxTreeDepth) {
		return nil, errTooDeep
	}
	return []any{tree}, nil
}

func fitsDepth(tree any, left int) bool {
	if left < 0 {
		return false
	}
	switch tree := tree.(type) {
	case []any:
		for _, item := range tree {
			if !fitsDepth(item, left-1) {
				return false
			}
		}
	case map[string]any:
		for _, item := range tree {
			if !fitsDepth(item, left-1) {
				return false
			}
		}
	}
	return true
}

func parseYAML(content string) ([]any, error) {
	var documents []any
	decoder := yaml.NewDecoder(strings.NewReader(content))
	reader := yamlReader{anchors: map[string]bool{}}
	for {
		var node yaml.Node
		err := decoder.Decode(&node)
		if errors.Is(err, io.EOF) {
			return documents, nil
		}
		if err != nil {
			return nil, errors.New("is not valid YAML")
		}
		if len(documents) == maxDocuments {
			return nil, fmt.Errorf("has more than %d documents", maxDocuments)
		}
		clear(reader.anchors) // an anchor is known within its document only
		document, err := reader.read(&node, maxTreeDepth+1)
		if err != nil {
			return nil, err
		}
		documents = append(documents, document)
	}
}

// yamlReader turns nodes into plain values, without following an alias.
type yamlReader struct {
	anchors map[string]bool
}

func (r *yamlReader) read(node *yaml.Node, left int) (any, error) {
	if left < 0 {
		return nil, errTooDeep
	}
	if node.Anchor != "" {
		// The name of an alias says what it stands for only as long as no anchor is set twice.
		if r.anchors[node.Anchor] {
			return nil, fmt.Errorf("sets the anchor %s twice", validation.Clip(node.Anchor))
		}
		r.anchors[node.Anchor] = true
	}
	switch node.Kind {
	case yaml.DocumentNode:
		return r.read(node.Content[0], left-1)
	case yaml.MappingNode:
		return r.readMapping(node, left-1)
	case yaml.SequenceNode:
		return r.readSequence(node, left-1)
	case yaml.AliasNode:
		return literal("*" + node.Value), nil
	default:
		return readScalar(node), nil
	}
}

func (r *yamlReader) readMapping(node *yaml.Node, left int) (any, error) {
	mapping := make(map[string]any, len(node.Content)/2)
	for i := 0; i < len(node.Content); i += 2 {
		key := node.Content[i]
		if key.Kind != yaml.ScalarNode {
			return nil, fmt.Errorf("has a key that is not a plain value in line %d", key.Line)
		}
		if _, twice := mapping[key.Value]; twice {
			return nil, fmt.Errorf("has the key %s twice in line %d", validation.Clip(key.Value), key.Line)
		}
		value, err := r.read(node.Content[i+1], left)
		if err != nil {
			return nil, err
		}
		mapping[key.Value] = value
	}
	return tagged(node, mapping), nil
}

func (r *yamlReader) readSequence(node *yaml.Node, left int) (any, error) {
	sequence := make([]any, len(node.Content))
	for i, item := range node.Content {
		value, err := r.read(item, left)
		if err != nil {
			return nil, err
		}
		sequence[i] = value
	}
	return tagged(node, sequence), nil
}

// tagged keeps a tag that is not one of YAML itself, e.g. !Join, since it gives a value another meaning.
func tagged(node *yaml.Node, value any) any {
	if strings.HasPrefix(node.ShortTag(), "!!") {
		return value
	}
	return map[string]any{node.Tag: value}
}

func readScalar(node *yaml.Node) any {
	switch tag := node.ShortTag(); tag {
	case "!!str":
		return node.Value
	case "!!null":
		return nil
	case "!!int", "!!float":
		if json.Valid([]byte(node.Value)) {
			return json.Number(node.Value)
		}
		return literal(node.Value)
	case "!!bool", "!!timestamp", "!!merge":
		if value, err := strconv.ParseBool(strings.ToLower(node.Value)); tag == "!!bool" && err == nil {
			return value
		}
		return literal(node.Value)
	default:
		return literal(tag + " " + node.Value)
	}
}
