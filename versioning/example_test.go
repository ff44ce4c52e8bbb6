package versioning_test

import (
	"errors"
	"fmt"
	"slices"

	"github.com/kubernaut/datastorage/versioning"
)

func ExampleValidateVersionFormat() {
	for _, v := range []string{"v1.2.3", "v2.0.0-rc.1", "v1.2", "1.2.3"} {
		fmt.Println(v, versioning.ValidateVersionFormat(v))
	}
	// Output:
	// v1.2.3 <nil>
	// v2.0.0-rc.1 <nil>
	// v1.2 invalid version format: "v1.2": short form, the patch number is missing, want vMAJOR.MINOR.PATCH[-PRERELEASE]
	// 1.2.3 invalid version format: "1.2.3": missing leading "v", want vMAJOR.MINOR.PATCH[-PRERELEASE]
}

func ExampleIsValidIncrement() {
	existing := []string{"v1.2.0", "v1.3.0", "v2.0.0-rc.1"}
	for _, next := range []string{"v1.3.1", "v2.0.0-rc.2", "v1.3.0", "v0.9.0"} {
		err := versioning.IsValidIncrement(existing, next)
		var refused *versioning.NotIncrementedError
		switch {
		case errors.Is(err, versioning.ErrVersionAlreadyExists):
			fmt.Println(next, "exists and is immutable")
		case errors.As(err, &refused):
			fmt.Println(next, "has to beat", refused.Greatest)
		default:
			fmt.Println(next, "may follow")
		}
	}
	// Output:
	// v1.3.1 may follow
	// v2.0.0-rc.2 may follow
	// v1.3.0 exists and is immutable
	// v0.9.0 has to beat v1.3.0
}

func ExampleSortKey() {
	var keys []string
	for _, v := range []string{"v1.10.0", "v1.9.0", "v1.10.0-rc.2", "v1.10.0-rc.10"} {
		key, err := versioning.SortKey(v)
		if err != nil {
			panic(err)
		}
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for _, key := range keys {
		fmt.Println(key)
	}
	// Output:
	// 011.019.010~
	// 011.0210.010-rc,#012
	// 011.0210.010-rc,#0210
	// 011.0210.010~
}
