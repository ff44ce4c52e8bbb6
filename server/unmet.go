package server

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"

	"github.com/kubernaut/datastorage/gen/apiserver"
)

// A member or a parameter of this name was meant, and is not taken.
const (
	embeddingName = "embedding"
	noVectors     = "vectors are not taken: the service computes them itself, from the texts"
)

// contractRefusal translates what the validator found. Its own texts repeat what was sent, so none of them is used.
func contractRefusal(err error) error {
	var all openapi3.MultiError
	if !errors.As(err, &all) {
		all = openapi3.MultiError{err}
	}
	found := &findings{}
	for _, each := range all {
		var refused *openapi3filter.RequestError
		switch {
		case !errors.As(each, &refused):
			found.add(apiserver.Body, "", "is not valid")
		case refused.Parameter != nil:
			found.parameter(refused)
		default:
			found.schema(apiserver.Body, "", refused.Err)
		}
	}
	return found.refusal()
}

// findings collects what is wrong with a request, in the order in which the contract has it.
type findings struct {
	fields  []apiserver.ProblemError // at most maxFields
	total   int
	objects []string // pointers of the objects whose unknown members are reported
}

func (f *findings) add(in apiserver.ProblemErrorIn, pointer, detail string) {
	f.total++
	if len(f.fields) < maxFields {
		f.fields = append(f.fields, apiserver.ProblemError{In: in, Pointer: pointer, Detail: detail})
	}
}

func (f *findings) refusal() error {
	return &refusal{match: errInvalidRequest, detail: summary(f.fields[0], f.total), fields: f.fields}
}

func (f *findings) parameter(refused *openapi3filter.RequestError) {
	in, pointer := apiserver.ProblemErrorIn(refused.Parameter.In), "/"+escapePointer(refused.Parameter.Name)
	var unread *openapi3filter.ParseError
	switch {
	case errors.Is(refused.Err, openapi3filter.ErrInvalidRequired):
		f.add(in, pointer, "is required")
	case errors.Is(refused.Err, openapi3filter.ErrInvalidEmptyValue):
		f.add(in, pointer, "must not be empty")
	case errors.As(refused.Err, &unread):
		f.add(in, pointer, mustBeOfType(refused.Parameter.Schema.Value))
	default:
		f.schema(in, pointer, refused.Err)
	}
}

// schema walks through what the validator found in one value.
func (f *findings) schema(in apiserver.ProblemErrorIn, base string, err error) {
	switch err := err.(type) { //nolint:errorlint // a tree of errors is walked level by level
	case openapi3.MultiError:
		for _, each := range err {
			f.schema(in, base, each)
		}
	case *openapi3.SchemaError:
		var parts openapi3.MultiError
		if err.SchemaField == "allOf" && errors.As(err.Origin, &parts) {
			f.schema(in, base, parts)
			return
		}
		f.unmet(in, base, err)
	default:
		f.add(in, base, "is not valid")
	}
}

func (f *findings) unmet(in apiserver.ProblemErrorIn, base string, err *openapi3.SchemaError) {
	pointer := base
	for _, name := range err.JSONPointer() {
		pointer += "/" + escapePointer(name)
	}
	if members, ok := err.Value.(map[string]any); ok && err.SchemaField == "properties" {
		f.unknownMembers(in, pointer, members, err.Schema)
		return
	}
	f.add(in, pointer, requirement(err))
}

// unknownMembers names the members of an object that its schema does not have. The validator reports each of them, but
// names it in a text only; the object comes with each report and is looked at once.
func (f *findings) unknownMembers(in apiserver.ProblemErrorIn, pointer string, members map[string]any, schema *openapi3.Schema) {
	if slices.Contains(f.objects, pointer) {
		return
	}
	f.objects = append(f.objects, pointer)
	detail := "is not known here; known are " + strings.Join(slices.Sorted(maps.Keys(schema.Properties)), ", ")
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if _, known := schema.Properties[name]; known {
			continue
		}
		if name == embeddingName {
			f.add(in, pointer+"/"+name, noVectors)
			continue
		}
		f.add(in, pointer+"/"+escapePointer(name), detail)
	}
}
