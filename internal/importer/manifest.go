package importer

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// found is told of one record of a manifest file, or of the fault that there is in its place.
type found func(line int, record []byte, fault error) error

// addManifest reads a file of one or more JSON or YAML documents.
func (b *Batch) addManifest(name string, r io.Reader, each func(data []byte, add found) error) error {
	data, err := io.ReadAll(io.LimitReader(r, MaxRecordSize+1))
	if err == nil && len(data) > MaxRecordSize {
		err = errTooLarge
	}
	if err != nil {
		b.refuse(Origin{File: name, Line: 1}, err)
		return nil
	}
	return each(bytes.TrimPrefix(data, byteOrderMark), func(line int, record []byte, fault error) error {
		origin := Origin{File: name, Line: line}
		if fault != nil {
			b.refuse(origin, fault)
			return nil
		}
		return b.add(origin, record)
	})
}

// eachJSON gives the JSON values of a file one after the other. After a value with a syntax error there is no telling
// where the next one begins: the fault is the last thing that is found.
func eachJSON(data []byte, add found) error {
	decoder := json.NewDecoder(bytes.NewReader(data))
	for {
		rest := bytes.TrimLeft(data[decoder.InputOffset():], " \t\r\n")
		line := 1 + bytes.Count(data[:len(data)-len(rest)], []byte("\n"))
		var record json.RawMessage
		err := decoder.Decode(&record)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return add(line, nil, fmt.Errorf("%w; the file is not read from here on", jsonError(err)))
		}
		if err := add(line, record, nil); err != nil {
			return err
		}
	}
}

// documentMarker begins a YAML document; YAML allows it nowhere else at the start of a line.
var documentMarker = regexp.MustCompile(`(?m)^---(?:\s|$)`)

// eachYAML gives the documents of a file as JSON; empty ones are passed over. The file is cut at its document markers
// first, so that a broken document does not take others with it.
func eachYAML(data []byte, add found) error {
	start, line := 0, 1
	for _, cut := range append(documentMarker.FindAllIndex(data, -1), []int{len(data)}) {
		part := data[start:cut[0]]
		if !onlyComments(part) {
			if err := eachDocument(part, line, add); err != nil {
				return err
			}
		}
		line += bytes.Count(part, []byte("\n"))
		start = cut[0]
	}
	return nil
}

// onlyComments reports whether there is nothing but empty lines, comments and directives.
func onlyComments(part []byte) bool {
	for line := range bytes.Lines(part) {
		line = bytes.TrimSpace(line)
		if len(line) > 0 && line[0] != '#' && line[0] != '%' {
			return false
		}
	}
	return true
}

// eachDocument gives the documents of a part that begins in the given line.
func eachDocument(part []byte, first int, add found) error {
	decoder := yaml.NewDecoder(bytes.NewReader(part))
	for {
		var document yaml.Node
		err := decoder.Decode(&document)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return add(first, nil, fmt.Errorf("is not valid YAML: %s", yamlText(err, first)))
		}
		if len(document.Content) == 0 || document.Content[0].ShortTag() == "!!null" {
			continue
		}
		record, err := yamlToJSON(&document, first)
		if err := add(first-1+document.Content[0].Line, record, err); err != nil {
			return err
		}
	}
}

// yamlToJSON converts a document of a part that begins in the given line. The decoder bounds what aliases expand to.
func yamlToJSON(document *yaml.Node, first int) ([]byte, error) {
	if err := plain(document); err != nil {
		return nil, err
	}
	var value any
	if err := document.Decode(&value); err != nil {
		return nil, fmt.Errorf("is not usable YAML: %s", yamlText(err, first))
	}
	record, err := json.Marshal(value)
	if err != nil {
		return nil, fmt.Errorf("cannot be written as JSON: %w", err)
	}
	return record, nil
}

// plain leaves dates as the text that they were written in, and refuses keys that JSON does not have.
func plain(node *yaml.Node) error {
	if node.Kind == yaml.ScalarNode && node.ShortTag() == "!!timestamp" {
		node.Tag = "!!str"
	}
	for i, child := range node.Content {
		isKey := node.Kind == yaml.MappingNode && i%2 == 0
		if isKey && child.Kind == yaml.ScalarNode && child.ShortTag() != "!!str" && child.ShortTag() != "!!merge" {
			return fmt.Errorf("has a key that is not a text: put %s in quotes", child.Value)
		}
		if err := plain(child); err != nil {
			return err
		}
	}
	return nil
}

var yamlLine = regexp.MustCompile(`line (\d+)`)

// yamlText is the text of an error in a part that begins in the given line, with the line numbers of the whole file.
func yamlText(err error, first int) string {
	return yamlLine.ReplaceAllStringFunc(strings.TrimPrefix(err.Error(), "yaml: "), func(text string) string {
		line, _ := strconv.Atoi(strings.TrimPrefix(text, "line "))
		return fmt.Sprintf("line %d", first-1+line)
	})
}
