package app

import (
	"slices"

	"grappe/internal/directory/rest"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/live"
)

// newLive makes the live connections of the instance.
func newLive(o Options) *live.Hub {
	limits := live.Options{Most: o.LiveConnections}
	if o.Rate.PerSecond < 0 {
		limits.PerClient = -1
	}
	return live.New(limits)
}

// stands tells the live connections of the territories how far the change log was followed, whether or not there is news.
func (a *App) stands(g *registry, at int64) {
	var topics []string
	for _, t := range g.all() {
		topics = append(topics, rest.LiveTopic(t.Code))
	}
	a.live.Tell(at, topics...)
}

// tell tells the live connections of the territories whose cards changed.
func (a *App) tell(changes []db.Change) {
	var topics []string
	for _, c := range changes {
		if topic := rest.LiveTopic(c.Territory); c.Kind == listing.ChangeKind && !slices.Contains(topics, topic) {
			topics = append(topics, topic)
		}
	}
	a.live.Tell(changes[len(changes)-1].Seq, topics...)
}
