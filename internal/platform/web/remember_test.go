package web

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

func TestRemembered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked int
		var answer error
		now, proceed := time.Now(), make(chan struct{})
		ask := Remembered(time.Second, func() time.Time { return now }, func(context.Context) error {
			asked++
			<-proceed
			return answer
		})
		answers := make(chan error, 100)
		for range cap(answers) {
			go func() { answers <- ask(t.Context()) }()
		}
		synctest.Wait()
		close(proceed)
		for range cap(answers) {
			if err := <-answers; err != nil {
				t.Error(err)
			}
		}
		if asked != 1 {
			t.Errorf("asked %d times by 100 at once", asked)
		}
		answer, now = errors.New("gone"), now.Add(999*time.Millisecond)
		if err := ask(t.Context()); err != nil {
			t.Errorf("the answer is not remembered: %v", err)
		}
		now = now.Add(time.Millisecond)
		for range 2 {
			if err := ask(t.Context()); !errors.Is(err, answer) {
				t.Errorf("after a second: %v", err)
			}
		}
		if asked != 2 {
			t.Errorf("asked %d times, want 2", asked)
		}
	})
}

// Who leaves before the answer has no say in what the others get.
func TestRememberedForgetsWhoLeaves(t *testing.T) {
	gone, leave := context.WithCancel(t.Context())
	ask := Remembered(time.Hour, time.Now, func(ctx context.Context) error {
		if ctx == gone {
			leave()
		}
		return ctx.Err()
	})
	if err := ask(gone); !errors.Is(err, context.Canceled) {
		t.Errorf("who leaves gets %v", err)
	}
	if err := ask(t.Context()); err != nil {
		t.Errorf("the next one gets the answer of who left: %v", err)
	}
}

// Who waits for another's answer can leave.
func TestRememberedLetsGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asking, answered := make(chan struct{}), make(chan struct{})
		ask := Remembered(time.Second, time.Now, func(context.Context) error {
			close(asking)
			<-answered
			return nil
		})
		first := make(chan error)
		go func() { first <- ask(t.Context()) }()
		<-asking
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if err := ask(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("who waits gets %v", err)
		}
		close(answered)
		if err := <-first; err != nil {
			t.Error(err)
		}
	})
}
