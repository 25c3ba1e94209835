//go:build race

package tabular_test

// raced says that the tests run with -race.
const raced = true
