// Package catalogtest has what tests of the catalog need where there is no database.
package catalogtest

import "github.com/kubernaut/datastorage/catalog"

// LabelSchema is label schema 1.0, as the migrations store it.
func LabelSchema() catalog.LabelSchema {
	filter := func(name, description string, values ...string) catalog.LabelRule {
		return catalog.LabelRule{Name: name, Role: catalog.RoleFilter, Required: true, Values: values, Description: description}
	}
	preference := func(name string, wildcard bool, description string, values ...string) catalog.LabelRule {
		return catalog.LabelRule{
			Name: name, Role: catalog.RolePreference, Wildcard: wildcard, Values: values, Description: description,
		}
	}
	return catalog.LabelSchema{
		Version: "1.0", Description: "Labels of alerts and of the workloads that they are about.",
		Rules: []catalog.LabelRule{
			filter("signal_type", "Kind of signal, such as OOMKilled or CrashLoopBackOff."),
			filter("severity", "How bad it is.", "critical", "high", "medium", "low"),
			preference("component", false, "What is affected: pod, deployment, node, service, pvc and others."),
			preference("environment", true, "Where it runs.", "production", "staging", "development", "test"),
			preference("priority", true, "How urgent it is to the business, P0 first.", "P0", "P1", "P2", "P3"),
			preference("risk_tolerance", false, "How much a remediation may risk.", "low", "medium", "high"),
			preference("business_category", true, "What the workload is for."),
			preference("resource_management", false, "How changes reach the cluster.", "gitops", "manual", "automated"),
			preference("gitops_tool", false, "What applies them where that is GitOps.", "argocd", "flux"),
		},
	}
}

// NextLabelSchema is what another version could be: it allows one value more for environment, and has two labels more, a
// filter and a preference.
func NextLabelSchema() catalog.LabelSchema {
	next := LabelSchema()
	next.Version, next.Description = "1.1", "With the region and the tier."
	for i := range next.Rules {
		if next.Rules[i].Name == catalog.LabelEnvironment {
			next.Rules[i].Values = append(next.Rules[i].Values, "canary")
		}
	}
	next.Rules = append(next.Rules,
		catalog.LabelRule{Name: "region", Role: catalog.RoleFilter, Values: []string{"EU", "US"}, Description: "Where the cluster is."},
		catalog.LabelRule{Name: "tier", Role: catalog.RolePreference, Wildcard: true, Description: "What depends on it."})
	return next
}

// LabelSchemas are the schemas that drafts are normalised with: 1.0 alone.
func LabelSchemas() *catalog.LabelSchemas { return catalog.NewLabelSchemas(LabelSchema()) }
