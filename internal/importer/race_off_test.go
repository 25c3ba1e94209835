//go:build !race

package importer_test

// raced says that the tests run with -race.
const raced = false
