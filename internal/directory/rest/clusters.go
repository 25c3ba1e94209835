package rest

import (
	"net/http"

	"grappe/internal/directory"
	"grappe/internal/platform/api"
	"grappe/internal/platform/search"
	"grappe/internal/platform/web"
	"grappe/internal/territory"
)

// clusters gathers on the map what the filters find.
func (a *rest) clusters() api.Operation {
	params := append(filters(), api.Param{Name: "zoom", Kind: api.Integer, Min: 0, Max: search.MaxZoom, Required: true})
	return api.Operation{
		ID: "clusters", Path: "/api/v1/clusters", Tag: tagMap, Params: append(params, pageState("tri", "page")...),
		Answer: a.sample.clusters(), Modified: true, Examples: a.sample.clustersExamples(),
		Handle: a.answerClusters,
	}
}

func (a *rest) answerClusters(w http.ResponseWriter, r *http.Request, in api.Values) error {
	t := territory.Of(r.Context())
	q, nothing, err := a.query(r, in)
	if err != nil {
		return err
	}
	if q.Near != nil {
		web.CacheNever(w) // the address holds where somebody is
	}
	if a.unmodified(w, r, t) {
		return nil
	}
	if nothing {
		return answer(w, r, directory.MapAnswer{Zoom: in.Int("zoom"), Clusters: []directory.MapCluster{}})
	}
	found, err := a.Directory.Clusters(r.Context(), t.Code, q, in.Int("zoom"))
	if err != nil {
		return err
	}
	return answer(w, r, found)
}
