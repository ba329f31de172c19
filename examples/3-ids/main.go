// Ids makes UUIDs and tells what is in them.
package main

import (
	"flag"
	"fmt"
	"os"

	"github.com/google/uuid"
)

const usage = `usage: ids [-n COUNT] [-name NAME] | ids UUID...

Prints COUNT random UUIDs, or the UUID that stands for NAME (a DNS name),
or, for each UUID given, its version and variant.

`

func main() {
	count := flag.Int("n", 1, "how many to make")
	name := flag.String("name", "", "make the one for this DNS name")
	flag.Usage = func() {
		fmt.Fprint(flag.CommandLine.Output(), usage)
		flag.PrintDefaults()
	}
	flag.Parse()

	switch {
	case flag.NArg() > 0:
		os.Exit(describe(flag.Args()))
	case *name != "":
		fmt.Println(uuid.NewSHA1(uuid.NameSpaceDNS, []byte(*name)))
	default:
		for i := 0; i < *count; i++ {
			fmt.Println(uuid.New())
		}
	}
}

// describe returns the exit code: 1 when one of the texts is not a UUID.
func describe(texts []string) int {
	code := 0
	for _, text := range texts {
		id, err := uuid.Parse(text)
		if err != nil {
			fmt.Fprintf(os.Stderr, "ids: reading %q: %v\n", text, err)
			code = 1
			continue
		}
		fmt.Printf("%s version %d, variant %s\n", id, id.Version(), id.Variant())
	}
	return code
}
