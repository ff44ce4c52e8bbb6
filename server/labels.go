package server

import (
	"strings"

	"github.com/kubernaut/datastorage/catalog"
	"github.com/kubernaut/datastorage/gen/apiserver"
)

// optionalLabels are the members of a label object that may be absent.
var optionalLabels = []struct {
	name  string
	field func(*apiserver.Labels) **string
}{
	{catalog.LabelComponent, func(l *apiserver.Labels) **string { return &l.Component }},
	{catalog.LabelEnvironment, func(l *apiserver.Labels) **string { return &l.Environment }},
	{catalog.LabelPriority, func(l *apiserver.Labels) **string { return &l.Priority }},
	{catalog.LabelRiskTolerance, func(l *apiserver.Labels) **string { return &l.RiskTolerance }},
	{catalog.LabelBusinessCategory, func(l *apiserver.Labels) **string { return &l.BusinessCategory }},
	{catalog.LabelResourceManagement, func(l *apiserver.Labels) **string { return &l.ResourceManagement }},
	{catalog.LabelGitOpsTool, func(l *apiserver.Labels) **string { return &l.GitopsTool }},
}

func labelsIn(l *apiserver.Labels) catalog.Labels {
	labels := catalog.Labels{Values: map[string]string{
		catalog.LabelSignalType: l.SignalType,
		catalog.LabelSeverity:   l.Severity,
	}}
	for _, label := range optionalLabels {
		if text := *label.field(l); text != nil {
			labels.Values[label.name] = *text
		}
	}
	if l.CustomLabels != nil {
		labels.Custom = *l.CustomLabels
	}
	return labels
}

func labelsOut(labels catalog.Labels) apiserver.Labels {
	out := apiserver.Labels{
		SignalType: labels.Get(catalog.LabelSignalType),
		Severity:   labels.Get(catalog.LabelSeverity),
	}
	for _, label := range optionalLabels {
		*label.field(&out) = optional(labels.Get(label.name))
	}
	if len(labels.Custom) > 0 {
		custom := apiserver.CustomLabels(labels.Custom)
		out.CustomLabels = &custom
	}
	return out
}

// labelFilter gives the labels that a list is filtered by. Custom ones come as key:value, as the contract has checked.
func labelFilter(values map[string]*string, custom []string) catalog.Labels {
	labels := catalog.Labels{Values: map[string]string{}}
	for name, text := range values {
		if text != nil {
			labels.Values[name] = *text
		}
	}
	for _, pair := range custom {
		key, text, _ := strings.Cut(pair, ":")
		if labels.Custom == nil {
			labels.Custom = map[string][]string{}
		}
		labels.Custom[key] = append(labels.Custom[key], text)
	}
	return labels
}
