// Tally counts the messages that come in over ZeroMQ and tells the counts over HTTP.
//
//	tally              receives on $ENDPOINT (tcp://*:5555), answers HTTP on $PORT (8080)
//	tally --self-test  sends itself messages over loopback and checks that they arrive
//	tally --feed N     sends N messages to $ENDPOINT
package main

import (
	"flag"
	"fmt"
	"log"
	"net/http"
	"os"
)

func main() {
	log.SetFlags(0)
	testing := flag.Bool("self-test", false, "check that messages arrive, and end")
	feeding := flag.Int("feed", 0, "send this many messages to $ENDPOINT, and end")
	flag.Parse()

	var err error
	switch {
	case *testing:
		err = selfTest()
		if err == nil {
			fmt.Printf("self-test: %d messages arrived\n", selfTestMessages)
		}
	case *feeding > 0:
		err = feed(setting("ENDPOINT", "tcp://127.0.0.1:5555"), *feeding)
	default:
		err = serve(setting("ENDPOINT", "tcp://*:5555"), ":"+setting("PORT", "8080"))
	}
	if err != nil {
		log.Fatal(err)
	}
}

func serve(endpoint, address string) error {
	sink, err := listen(endpoint)
	if err != nil {
		return err
	}
	counted := newTally()
	failed := make(chan error, 2)
	go func() { failed <- counted.fill(sink) }()
	go func() { failed <- http.ListenAndServe(address, counted) }()
	log.Printf("receiving on %s, answering on %s", endpoint, address)
	return <-failed
}

func setting(name, otherwise string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return otherwise
}
