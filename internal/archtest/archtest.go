// Package archtest holds the rules of the house as tests, each with its reason beside it: who may import whom, how
// long a file may grow, what may be depended upon. It reads the sources and never runs them; it must not
// know what any room does.
package archtest
