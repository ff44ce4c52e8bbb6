package synthetic

import (
	"fmt"
	"math/rand/v2"

	"github.com/kubernaut/datastorage/catalog"
)

// choice is a value with its share in thousandths.
type choice struct {
	value string
	share int
}

// Distributions of the labels with a closed set of values. What is missing to 1,000 does not have the label.
var (
	severities   = []choice{{"critical", 150}, {"high", 350}, {"medium", 350}, {"low", 150}}
	environments = []choice{
		{"production", 420}, {"staging", 130}, {"development", 90}, {"test", 60}, {catalog.Wildcard, 200},
	}
	priorities = []choice{{"P0", 120}, {"P1", 250}, {"P2", 230}, {"P3", 100}, {catalog.Wildcard, 100}}
	risks      = []choice{{"low", 400}, {"medium", 250}, {"high", 100}}
	managers   = []choice{{"gitops", 300}, {"manual", 200}, {"automated", 150}}
	tools      = []choice{{"argocd", 220}, {"flux", 110}}
)

const (
	signalTypes = 48
	categories  = 30
	teams       = 40
	zones       = 12
)

var components = []string{"pod", "deployment", "node", "service", "pvc", "statefulset", "ingress", "hpa"}

// randomLabels gives the labels of a playbook. The topic decides signal type and component, most of the time.
func randomLabels(r *rand.Rand, topic int) catalog.Labels {
	values := map[string]string{
		catalog.LabelSignalType: signalType(r, topic),
		catalog.LabelSeverity:   pick(r, severities),
	}
	set := func(name, value string) {
		if value != "" {
			values[name] = value
		}
	}
	if r.IntN(100) < 85 {
		set(catalog.LabelComponent, component(r, topic))
	}
	set(catalog.LabelEnvironment, pick(r, environments))
	set(catalog.LabelPriority, pick(r, priorities))
	set(catalog.LabelRiskTolerance, pick(r, risks))
	set(catalog.LabelResourceManagement, pick(r, managers))
	set(catalog.LabelGitOpsTool, pick(r, tools))
	switch n := r.IntN(100); {
	case n < 40:
		set(catalog.LabelBusinessCategory, category(r))
	case n < 50:
		set(catalog.LabelBusinessCategory, catalog.Wildcard)
	}
	labels := catalog.Labels{Values: values}
	if r.IntN(100) < 30 {
		labels.Custom = customLabels(r)
	}
	return labels
}

// askedLabels gives what an alert says: its signal type and severity, and a few preferences of where it comes from.
func askedLabels(r *rand.Rand, topic int) catalog.Labels {
	labels := randomLabels(r, topic)
	for _, p := range catalog.Preferences() {
		if r.IntN(100) < 40 {
			delete(labels.Values, p.Label)
		}
	}
	return labels
}

// Demanding gives preferences for all labels that have a weight, as the i-th of many askers.
func (g *Generator) Demanding(i int) catalog.Labels {
	r := g.random(streamDemands, uint64(i)) //nolint:gosec // not negative
	labels := catalog.Labels{
		Values: map[string]string{
			catalog.LabelComponent:          components[r.IntN(len(components))],
			catalog.LabelEnvironment:        environments[r.IntN(4)].value,
			catalog.LabelPriority:           priorities[r.IntN(4)].value,
			catalog.LabelRiskTolerance:      risks[r.IntN(len(risks))].value,
			catalog.LabelBusinessCategory:   category(r),
			catalog.LabelResourceManagement: managers[r.IntN(len(managers))].value,
			catalog.LabelGitOpsTool:         tools[r.IntN(len(tools))].value,
		},
		Custom: customLabels(r),
	}
	return labels
}

func signalType(r *rand.Rand, topic int) string {
	if r.IntN(100) < 80 {
		return fmt.Sprintf("Signal%02d", topic%signalTypes)
	}
	return fmt.Sprintf("Signal%02d", skewed(r, signalTypes))
}

func component(r *rand.Rand, topic int) string {
	if r.IntN(100) < 70 {
		return components[topic%len(components)]
	}
	return components[r.IntN(len(components))]
}

func category(r *rand.Rand) string { return fmt.Sprintf("category-%02d", skewed(r, categories)) }

func customLabels(r *rand.Rand) map[string][]string {
	custom := map[string][]string{"team": {fmt.Sprintf("team-%02d", skewed(r, teams))}}
	if r.IntN(3) == 0 {
		first := skewed(r, zones)
		for i := range 1 + r.IntN(3) {
			custom["zone"] = append(custom["zone"], fmt.Sprintf("zone-%02d", (first+i)%zones))
		}
	}
	return custom
}

// skewed gives numbers below n, small ones more often.
func skewed(r *rand.Rand, n int) int {
	x := r.Float64()
	return int(x * x * float64(n))
}

func pick(r *rand.Rand, choices []choice) string {
	n := r.IntN(1000)
	for _, c := range choices {
		if n -= c.share; n < 0 {
			return c.value
		}
	}
	return ""
}
