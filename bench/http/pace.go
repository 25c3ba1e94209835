package main

import (
	"context"
	"io"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// pace asks at a constant rate, whether or not earlier answers have come: who waits in a queue waits as visitors do. The time
// of an answer is counted from the moment that its request was due.
func (l *loader) pace(ctx context.Context, c workload) (sample, error) {
	n := int(l.o.paced.Seconds() * float64(l.o.rate))
	took := make([]time.Duration, n)
	var failed atomic.Int64
	transport := &http.Transport{MaxIdleConnsPerHost: 1000, DisableCompression: true}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport, Timeout: 10 * time.Second}
	var asking sync.WaitGroup
	begun := time.Now().Add(10 * time.Millisecond)
	for i := range n {
		due := begun.Add(time.Duration(i) * time.Second / time.Duration(l.o.rate))
		select {
		case <-time.After(time.Until(due)):
		case <-ctx.Done():
			return sample{}, ctx.Err()
		}
		url := c.url
		if c.queries != nil {
			url += c.queries[(l.asked+i)%len(c.queries)]
		}
		asking.Go(func() {
			if !answered(ctx, client, url) {
				failed.Add(1)
			}
			took[i] = time.Since(due)
		})
	}
	asking.Wait()
	all := time.Since(begun)
	if c.queries != nil {
		l.asked += n
	}
	slices.Sort(took)
	ms := func(share float64) float64 { return took[int(share*float64(n-1))].Seconds() * 1000 }
	return sample{float64(n) / all.Seconds(), ms(0.50), ms(0.99), int(failed.Load())}, nil
}

func answered(ctx context.Context, client *http.Client, url string) bool {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return false
	}
	r.Header.Set("Accept-Encoding", "gzip")
	response, err := client.Do(r)
	if err != nil {
		return false
	}
	defer response.Body.Close()
	size, err := io.Copy(io.Discard, response.Body)
	return err == nil && size > 0 && response.StatusCode == http.StatusOK
}
