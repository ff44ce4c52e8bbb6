package catalog

import "slices"

func parameterRemoved(f *finding) bool { return f.before != nil && f.after == nil }

func parameterAdded(f *finding) bool { return f.before == nil && f.after != nil }

// mustBeGiven reports whether a caller has to give a value: a default stands in for one.
func mustBeGiven(p *Parameter) bool { return p != nil && p.Required && len(p.Default) == 0 }

// parameterNowRequired holds for a new parameter, and for the attribute of an old one that made the difference.
func parameterNowRequired(f *finding) bool {
	decides := f.attribute == "" || f.attribute == attributeRequired || f.attribute == attributeDefault
	return decides && mustBeGiven(f.after) && !mustBeGiven(f.before)
}

func enumNarrowed(f *finding) bool {
	if f.attribute != attributeEnum || len(f.after.Enum) == 0 {
		return false
	}
	return len(f.before.Enum) == 0 || !containsAll(rawTexts(f.after.Enum), rawTexts(f.before.Enum))
}

func patternSet(f *finding) bool { return f.attribute == attributePattern && f.after.Pattern != "" }

func rangeNarrowed(f *finding) bool {
	switch f.attribute {
	case attributeMinimum:
		before, after := f.before.Minimum, f.after.Minimum
		return after != nil && (before == nil || *after > *before)
	case attributeMaximum:
		before, after := f.before.Maximum, f.after.Maximum
		return after != nil && (before == nil || *after < *before)
	default:
		return false
	}
}

func dependencyAdded(f *finding) bool {
	return f.attribute == attributeDependsOn && !containsAll(f.before.DependsOn, f.after.DependsOn)
}

// parameterRelaxed holds for whatever is left of the attributes that restrict values, once the rules above have taken
// what restricts them more.
func parameterRelaxed(f *finding) bool {
	restricting := []string{
		attributeRequired, attributeEnum, attributePattern, attributeMinimum, attributeMaximum, attributeDependsOn,
	}
	return slices.Contains(restricting, f.attribute) && f.Kind != ChangeReordered
}

// containsAll reports whether every wanted item is there.
func containsAll(items, wanted []string) bool {
	return !slices.ContainsFunc(wanted, func(item string) bool { return !slices.Contains(items, item) })
}
