// Profile prints a random profile as JSON. -seed N prints the same one each time.
package main

import (
	"encoding/json"
	"flag"
	"log"
	"math/rand"
	"os"
	"time"
)

func main() {
	log.SetFlags(0)
	seed := flag.Int64("seed", time.Now().UnixNano(), "the same seed gives the same profile")
	flag.Parse()

	out := json.NewEncoder(os.Stdout)
	out.SetIndent("", "  ")
	if err := out.Encode(randomProfile(rand.New(rand.NewSource(*seed)))); err != nil {
		log.Fatalf("writing the profile: %v", err)
	}
}
