//go:build !race

package printed_test

// raced says that the tests run with -race.
const raced = false
