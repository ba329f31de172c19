package main

import (
	"fmt"
	"time"
)

const selfTestMessages = 1000

// selfTest feeds a tally through a real ZeroMQ connection on loopback and checks that every message arrived.
func selfTest() error {
	sink, err := listen("tcp://127.0.0.1:*")
	if err != nil {
		return err
	}
	defer sink.close()
	sink.waitAtMost(10 * time.Second)
	fed := make(chan error, 1)
	go func() { fed <- feed(sink.endpoint(), selfTestMessages) }()

	counted := newTally()
	for i := 0; i < selfTestMessages; i++ {
		message, err := sink.receive()
		if err != nil {
			return err
		}
		counted.add(message)
	}
	if err := <-fed; err != nil {
		return err
	}
	if even, odd := counted.count("even"), counted.count("odd"); even != odd || even+odd != selfTestMessages {
		return fmt.Errorf("self-test: expected %d messages, half of each, got %d even and %d odd", selfTestMessages, even, odd)
	}
	return nil
}

// feed sends n messages, "even" and "odd" in turn.
func feed(endpoint string, n int) error {
	source, err := connect(endpoint)
	if err != nil {
		return err
	}
	defer source.close()
	for i := 0; i < n; i++ {
		if err := source.send([]string{"even", "odd"}[i%2]); err != nil {
			return err
		}
	}
	return nil
}
