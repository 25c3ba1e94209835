//go:build race

package freshness_test

// raced says that the tests run with -race.
const raced = true
