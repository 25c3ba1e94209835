package freshness

// What the tests of the room look at from outside.
var (
	SpreadOf  = spread
	BatchSize = batchSize
)
