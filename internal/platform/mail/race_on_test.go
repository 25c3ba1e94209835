//go:build race

package mail_test

// raced says that the tests run with -race.
const raced = true
