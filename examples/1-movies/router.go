package main

import (
	"encoding/json"
	"net/http"
	"strconv"

	"github.com/gorilla/mux"
)

func newRouter(s *shelf) http.Handler {
	r := mux.NewRouter()
	r.HandleFunc("/movies", func(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusOK, s.all()) }).Methods("GET")
	r.HandleFunc("/movies", s.post).Methods("POST")
	r.HandleFunc("/movies/{id:[0-9]+}", s.read).Methods("GET")
	r.HandleFunc("/movies/{id:[0-9]+}", s.put).Methods("PUT")
	r.HandleFunc("/movies/{id:[0-9]+}", s.delete).Methods("DELETE")
	return r
}

func (s *shelf) post(w http.ResponseWriter, r *http.Request) {
	if m, ok := readMovie(w, r); ok {
		answer(w, http.StatusCreated, s.add(m))
	}
}

func (s *shelf) read(w http.ResponseWriter, r *http.Request) {
	m, ok := s.get(id(r))
	answerFound(w, ok, m)
}

func (s *shelf) put(w http.ResponseWriter, r *http.Request) {
	if m, ok := readMovie(w, r); ok {
		m.ID = id(r)
		answerFound(w, s.replace(m), m)
	}
}

func (s *shelf) delete(w http.ResponseWriter, r *http.Request) {
	if !s.remove(id(r)) {
		http.Error(w, "no such movie", http.StatusNotFound)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// id is 0, which no movie has, when the number in the path is too large.
func id(r *http.Request) int {
	n, err := strconv.Atoi(mux.Vars(r)["id"])
	if err != nil {
		return 0
	}
	return n
}

func readMovie(w http.ResponseWriter, r *http.Request) (movie, bool) {
	var m movie
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 64<<10)).Decode(&m)
	if err != nil || m.Title == "" {
		http.Error(w, "expected a movie with a title, as JSON", http.StatusBadRequest)
		return movie{}, false
	}
	return m, true
}

func answerFound(w http.ResponseWriter, found bool, m movie) {
	if !found {
		http.Error(w, "no such movie", http.StatusNotFound)
		return
	}
	answer(w, http.StatusOK, m)
}

func answer(w http.ResponseWriter, status int, value interface{}) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(value) // the client has gone: nobody to tell
}
