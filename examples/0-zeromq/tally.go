package main

import (
	"encoding/json"
	"net/http"
	"sync"
)

// A tally counts how often each message came.
type tally struct {
	mu     sync.Mutex
	counts map[string]int
}

func newTally() *tally { return &tally{counts: map[string]int{}} }

func (t *tally) add(message string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.counts[message]++
}

func (t *tally) count(message string) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.counts[message]
}

// ServeHTTP answers with all counts as JSON.
func (t *tally) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	t.mu.Lock()
	defer t.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(t.counts) // the client has gone: nobody to tell
}

// fill adds what the socket receives until it fails.
func (t *tally) fill(from *socket) error {
	for {
		message, err := from.receive()
		if err != nil {
			return err
		}
		t.add(message)
	}
}
