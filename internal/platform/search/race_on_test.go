//go:build race

package search_test

const raceDetector = true // it makes pools forget on purpose, and everything ten times slower
