// Package storetest is the conformance suite of catalog.Store: what every store promises, bare or behind a decorator.
//
// It uses nothing but the interface, so that it cannot know how a store keeps its promises.
package storetest

import (
	"testing"

	"github.com/kubernaut/datastorage/catalog"
)

// Open makes an empty store that lasts as long as the test.
type Open func(t *testing.T) catalog.Store

// Run runs the suite, each test on a store of its own.
func Run(t *testing.T, open Open) {
	t.Helper()
	for name, test := range map[string]func(*testing.T, catalog.Store){
		"publish/round trip":             testRoundTrip,
		"publish/round trip of little":   testRoundTripOfLittle,
		"publish/increment rule":         testIncrementRule,
		"publish/existing version":       testExistingVersion,
		"publish/identical repeat":       testIdenticalRepeat,
		"publish/dry run":                testDryRun,
		"publish/refused leaves nothing": testRefusedLeavesNothing,
		"publish/latest and revisions":   testLatestAndRevisions,
		"publish/previous version":       testPreviousVersion,
		"concurrent/same version":        testConcurrentSameVersion,
		"concurrent/different versions":  testConcurrentDifferentVersions,
		"concurrent/different playbooks": testConcurrentPlaybooks,
		"concurrent/first publishers":    testConcurrentFirstPublishers,
		"read/label schemas":             testLabelSchemas,
		"read/several versions":          testReadVersions,
		"read/what is not there":         testNotFound,
		"read/newer than latest":         testNewerThanLatest,
		"read/versions in pages":         testVersionPages,
		"list/filters":                   testListFilters,
		"list/text":                      testListText,
		"list/updated since":             testListUpdatedSince,
		"list/pages under inserts":       testListPagesUnderInserts,
		"list/cursors":                   testCursors,
		"search/equals brute force":      testSearchEqualsBruteForce,
		"search/hybrid equals scorer":    testHybridEqualsRate,
		"search/fusion equals full scan": testFusionEqualsFullScan,
		"search/fusion follows catalog":  testFusionFollowsTheCatalog,
		"search/fusion standing":         testFusionStanding,
		"search/standing equals search":  testStandingEqualsSearch,
		"search/standing without match":  testStandingOfWhatDoesNotMatch,
		"search/filters and totals":      testSearchFiltersAndTotals,
		"search/further filters":         testSearchFurtherFilters,
		"search/disabled":                testSearchDisabled,
		"search/disabled equals scorer":  testDisabledEqualsRate,
		"search/ties":                    testSearchTies,
		"search/boundary":                testSearchBoundary,
		"search/content":                 testSearchContent,
		"search/models apart":            testSearchModelsApart,
		"search/latest version only":     testSearchLatestOnly,
		"search/without direction":       testSearchWithoutDirection,
		"search/generation":              testGeneration,
		"publish/review":                 testReview,
		"lifecycle/status machine":       testStatusMachine,
		"lifecycle/fields and history":   testLifecycleFields,
		"lifecycle/falls back":           testDisabledFallsBack,
		"lifecycle/whole playbook":       testWholePlaybook,
		"lifecycle/precondition":         testPrecondition,
		"lifecycle/what is not there":    testLifecycleNotFound,
		"lifecycle/executions":           testExecutions,
		"vectors/by text":                testVectorsByText,
		"vectors/pending, then complete": testPendingThenComplete,
		"vectors/provisional":            testProvisional,
		"vectors/claims are exclusive":   testClaimsAreExclusive,
		"vectors/lease ends":             testLeaseEnds,
		"vectors/postpone":               testPostpone,
		"models/first one serves":        testFirstModelServes,
		"models/states":                  testModelStates,
		"models/move":                    testMoveToAnotherModel,
		"models/switch back":             testSwitchBack,
		"models/incomplete":              testIncompleteModel,
		"models/retired":                 testRetiredModel,
		"models/publish of both":         testPublishOfBothModels,
		"models/enqueue at once":         testEnqueueAtOnce,
		"models/reports":                 testModelReports,
		"vectors/completed meanwhile":    testCompletedMeanwhile,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, open(t))
		})
	}
}
