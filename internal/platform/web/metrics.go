package web

import (
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"grappe/internal/platform/pagecache"
)

// Metrics are the figures of the process in a registry of its own. They are served on the admin listener of Serve and
// nowhere else: behind a proxy on the same machine every client would look like loopback.
type Metrics struct {
	registry *prometheus.Registry
	duration *prometheus.HistogramVec
	active   prometheus.Gauge

	mu    sync.RWMutex
	known map[series]prometheus.Observer
}

// NewMetrics makes the registry with the figures of HTTP, the Go runtime and the process.
func NewMetrics() *Metrics {
	m := &Metrics{
		known:    map[series]prometheus.Observer{},
		registry: prometheus.NewRegistry(),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "http_request_duration_seconds", Help: "Time to answer requests, by route pattern.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}, []string{"method", "route", "status"}),
		active: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "http_requests_in_flight", Help: "Requests being answered.",
		}),
	}
	m.registry.MustRegister(m.duration, m.active, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Registry is where other rooms register their own figures.
func (m *Metrics) Registry() prometheus.Registerer { return m.registry }

// Gauge registers a figure that is asked for whenever the figures are read.
func (m *Metrics) Gauge(name, help string, value func() float64) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, value))
}

// Handler serves the figures in Prometheus' text format.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{Registry: m.registry})
}

// begin counts a request in.
func (m *Metrics) begin() {
	if m != nil {
		m.active.Inc()
	}
}

// end counts it out.
func (m *Metrics) end(method, route string, status int, took time.Duration) {
	if m == nil {
		return
	}
	m.active.Dec()
	if route == "" {
		route = "none"
	}
	key := series{knownMethod(method), route, status}
	m.mu.RLock()
	observer, ok := m.known[key]
	m.mu.RUnlock()
	if !ok {
		observer = m.duration.WithLabelValues(key.method, route, strconv.Itoa(status))
		m.mu.Lock()
		m.known[key] = observer
		m.mu.Unlock()
	}
	observer.Observe(took.Seconds())
}

// series are the labels of one histogram: methods, routes and statuses are as many as the program has.
type series struct {
	method, route string
	status        int
}

// watch tells what the page cache holds.
func (m *Metrics) watch(pages *pagecache.Cache) {
	if m == nil {
		return
	}
	gauge := func(name, help string, value func() float64) {
		m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, value))
	}
	gauge("page_cache_pages", "Pages that are kept.", func() float64 { n, _ := pages.Usage(); return float64(n) })
	gauge("page_cache_bytes", "Memory that they take.", func() float64 { _, n := pages.Usage(); return float64(n) })
}

// knownMethod keeps what clients invent out of the labels.
func knownMethod(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return method
	}
	return "other"
}
