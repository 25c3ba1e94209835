//go:build !race

package opendata_test

// raced says that the tests run with -race.
const raced = false
