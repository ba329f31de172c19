package main

import (
	"sort"
	"sync"
)

type movie struct {
	ID       int    `json:"id"`
	Title    string `json:"title"`
	Director string `json:"director"`
	Year     int    `json:"year"`
}

// A shelf holds movies in memory; it may be used by several goroutines.
type shelf struct {
	mu     sync.Mutex
	movies map[int]movie
	nextID int
}

func newShelf(movies ...movie) *shelf {
	s := &shelf{movies: map[int]movie{}, nextID: 1}
	for _, m := range movies {
		s.add(m)
	}
	return s
}

func (s *shelf) all() []movie {
	s.mu.Lock()
	defer s.mu.Unlock()
	movies := make([]movie, 0, len(s.movies))
	for _, m := range s.movies {
		movies = append(movies, m)
	}
	sort.Slice(movies, func(i, j int) bool { return movies[i].ID < movies[j].ID })
	return movies
}

func (s *shelf) get(id int) (movie, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, ok := s.movies[id]
	return m, ok
}

// add gives the movie its number.
func (s *shelf) add(m movie) movie {
	s.mu.Lock()
	defer s.mu.Unlock()
	m.ID = s.nextID
	s.nextID++
	s.movies[m.ID] = m
	return m
}

// replace reports whether there was a movie of that number.
func (s *shelf) replace(m movie) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, ok := s.movies[m.ID]
	if ok {
		s.movies[m.ID] = m
	}
	return ok
}

// remove reports whether there was a movie of that number.
func (s *shelf) remove(id int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, ok := s.movies[id]
	delete(s.movies, id)
	return ok
}
