package web

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Metrics are the figures of the process in a registry of its own. They are served on the admin listener of Serve and
// nowhere else: behind a proxy on the same machine every client would look like loopback.
type Metrics struct {
	registry *prometheus.Registry
	duration *prometheus.HistogramVec
	active   prometheus.Gauge
}

// NewMetrics makes the registry with the figures of HTTP, the Go runtime and the process.
func NewMetrics() *Metrics {
	m := &Metrics{
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

// start counts a request in, and gives what counts it out.
func (m *Metrics) start() func(method, route string, status int, took time.Duration) {
	if m == nil {
		return func(string, string, int, time.Duration) {}
	}
	m.active.Inc()
	return func(method, route string, status int, took time.Duration) {
		m.active.Dec()
		if route == "" {
			route = "none"
		}
		m.duration.WithLabelValues(knownMethod(method), route, strconv.Itoa(status)).Observe(took.Seconds())
	}
}

// knownMethod keeps what clients invent out of the labels.
func knownMethod(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return method
	}
	return "other"
}
