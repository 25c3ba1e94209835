package atlas

import (
	"context"
	"errors"
	"testing"
)

// Who leaves stops waiting, and what was begun is finished for those who stay.
func TestKeptServesThoseWhoStay(t *testing.T) {
	var k kept[int]
	begun, may := make(chan struct{}), make(chan struct{})
	made := 0
	draw := func() (int, error) {
		made++
		close(begun)
		<-may
		return 7, nil
	}
	left, leave := context.WithCancel(t.Context())
	gone := make(chan error)
	go func() {
		_, err := k.get(left, draw)
		gone <- err
	}()
	<-begun
	leave()
	if err := <-gone; !errors.Is(err, context.Canceled) {
		t.Errorf("who left is told %v", err)
	}
	close(may)
	for range 2 {
		if v, err := k.get(t.Context(), draw); v != 7 || err != nil || made != 1 {
			t.Errorf("%d %v, made %d times", v, err, made)
		}
	}
	var broken kept[int]
	if _, err := broken.get(t.Context(), func() (int, error) { panic("drawn badly") }); err == nil {
		t.Error("a fault of the drawing is not told")
	}
}
