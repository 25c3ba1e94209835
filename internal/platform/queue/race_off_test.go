//go:build !race

package queue_test

// raced says that the tests run with -race.
const raced = false
