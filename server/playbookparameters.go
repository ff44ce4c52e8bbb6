package server

import (
	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/gen/apiserver"
)

func parametersIn(parameters []apiserver.Parameter) []catalog.Parameter {
	in := make([]catalog.Parameter, len(parameters))
	for i, p := range parameters {
		in[i] = catalog.Parameter{
			Name:        p.Name,
			Type:        catalog.ParameterType(p.Type),
			Required:    value(p.Required),
			Description: value(p.Description),
			Enum:        p.Enum,
			Pattern:     value(p.Pattern),
			Minimum:     p.Minimum,
			Maximum:     p.Maximum,
			Default:     value(p.Default),
			DependsOn:   p.DependsOn,
		}
	}
	return in
}

func parametersOut(parameters []catalog.Parameter) []apiserver.Parameter {
	out := make([]apiserver.Parameter, len(parameters))
	for i, p := range parameters {
		out[i] = apiserver.Parameter{
			Name:        p.Name,
			Type:        apiserver.ParameterType(p.Type),
			Required:    &p.Required,
			Description: optional(p.Description),
			Enum:        p.Enum,
			Pattern:     optional(p.Pattern),
			Minimum:     p.Minimum,
			Maximum:     p.Maximum,
			DependsOn:   p.DependsOn,
		}
		if len(p.Default) > 0 {
			out[i].Default = &p.Default
		}
	}
	return out
}
