//go:build !race

package app

// raced says that the tests run with -race.
const raced = false
