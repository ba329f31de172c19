// Movies serves a small collection of films as JSON over HTTP. $PORT chooses the port, 8080 otherwise.
package main

import (
	"log"
	"net/http"
	"os"
)

func main() {
	port := os.Getenv("PORT")
	if port == "" {
		port = "8080"
	}
	films := newShelf(
		movie{Title: "Metropolis", Director: "Fritz Lang", Year: 1927},
		movie{Title: "Ikiru", Director: "Akira Kurosawa", Year: 1952},
		movie{Title: "Touki Bouki", Director: "Djibril Diop Mambety", Year: 1973},
	)
	log.Printf("listening on :%s", port)
	log.Fatal(http.ListenAndServe(":"+port, newRouter(films)))
}
