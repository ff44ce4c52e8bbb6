package server

import (
	"fmt"
	"net/http"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/routers"
	"sigs.k8s.io/yaml"

	"github.com/kubernaut/datastorage/openapi"
)

// serviceTag marks the operations that are about the service itself and do not touch the catalog.
const serviceTag = "Service"

// contract is the embedded OpenAPI document, prepared for requests. It does not change once it is loaded.
type contract struct {
	document   *openapi3.T
	json       []byte
	operations map[string]*operation // by method and Echo path
	templates  map[string]string     // path of the contract by Echo path
}

// operation is one operation of the contract.
type operation struct {
	id        string
	template  string // path with {name} for parameters
	route     *routers.Route
	query     map[string]bool // query parameters; true for those that may be repeated
	headers   []string        // header parameters
	takesBody bool
	// ofWorkflows says that the operation has the V1.0 names.
	ofWorkflows bool
	// ofService says that the operation must answer however loaded the service is.
	ofService bool
	// takesInput is false for an operation that cannot answer 400. It ignores what it is sent, so that a probe or a
	// browser which adds a parameter is no failure.
	takesInput bool
}

// loadContract reads the embedded document once per process.
var loadContract = sync.OnceValues(readContract)

func readContract() (*contract, error) {
	document, err := openapi3.NewLoader().LoadFromData(openapi.YAML)
	if err != nil {
		return nil, fmt.Errorf("load the contract: %w", err)
	}
	asJSON, err := yaml.YAMLToJSON(openapi.YAML)
	if err != nil {
		return nil, fmt.Errorf("convert the contract to JSON: %w", err)
	}
	c := &contract{document: document, json: asJSON, operations: map[string]*operation{}, templates: map[string]string{
		docsAssetPath: "/docs/{asset}", // the files of the page of GET /docs, which are no operations
	}}
	for template, item := range document.Paths.Map() {
		path := echoPath(template)
		c.templates[path] = template
		for method, op := range item.Operations() {
			c.operations[method+" "+path] = newOperation(&routers.Route{
				Spec: document, Path: template, PathItem: item, Method: method, Operation: op,
			})
		}
	}
	return c, nil
}

// find gives the operation of a request, nil if the contract has none. HEAD is GET without the body of the answer.
func (c *contract) find(method, path string) *operation {
	if method == http.MethodHead {
		method = http.MethodGet
	}
	return c.operations[method+" "+path]
}

// allow lists the methods of a path for the header Allow.
func (c *contract) allow(path string) string {
	methods := []string{http.MethodOptions}
	for _, method := range []string{
		http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete,
	} {
		if c.find(method, path) != nil {
			methods = append(methods, method)
		}
	}
	return strings.Join(methods, ", ")
}

func newOperation(route *routers.Route) *operation {
	op := &operation{
		id:         route.Operation.OperationID,
		template:   route.Path,
		route:      route,
		query:      map[string]bool{},
		takesBody:  route.Operation.RequestBody != nil,
		ofService:  hasTag(route.Operation, serviceTag),
		takesInput: route.Operation.Responses.Status(http.StatusBadRequest) != nil,
	}
	op.ofWorkflows = hasTag(route.Operation, workflowsTag)
	for _, parameters := range []openapi3.Parameters{route.PathItem.Parameters, route.Operation.Parameters} {
		for _, parameter := range parameters {
			op.add(parameter.Value)
		}
	}
	return op
}

func hasTag(op *openapi3.Operation, tag string) bool { return len(op.Tags) == 1 && op.Tags[0] == tag }

func (op *operation) add(parameter *openapi3.Parameter) {
	switch parameter.In {
	case openapi3.ParameterInQuery:
		op.query[parameter.Name] = parameter.Schema.Value.Type.Is(openapi3.TypeArray)
	case openapi3.ParameterInHeader:
		op.headers = append(op.headers, parameter.Name)
	}
}

// locate says in which part of a request the operation has a parameter, and whether it has it at all.
func (op *operation) locate(name string) (in string, found bool) {
	for _, parameters := range []openapi3.Parameters{op.route.Operation.Parameters, op.route.PathItem.Parameters} {
		for _, parameter := range parameters {
			if parameter.Value.Name == name {
				return parameter.Value.In, true
			}
		}
	}
	return "", false
}

// echoPath writes a path of the contract as Echo wants it: /a/{b} as /a/:b.
func echoPath(template string) string {
	return strings.NewReplacer("{", ":", "}", "").Replace(template)
}
