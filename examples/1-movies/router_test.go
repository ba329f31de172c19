package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestMovieIsCreatedChangedAndDeleted(t *testing.T) {
	server := httptest.NewServer(newRouter(newShelf()))
	defer server.Close()
	steps := []struct {
		method, path, body string
		status             int
	}{
		{"POST", "/movies", `{"title":"Playtime","director":"Jacques Tati","year":1967}`, http.StatusCreated},
		{"GET", "/movies/1", "", http.StatusOK},
		{"PUT", "/movies/1", `{"title":"Playtime","director":"J. Tati","year":1967}`, http.StatusOK},
		{"PUT", "/movies/9", `{"title":"Nobody"}`, http.StatusNotFound},
		{"POST", "/movies", `{"year":1967}`, http.StatusBadRequest},
		{"DELETE", "/movies/1", "", http.StatusNoContent},
		{"GET", "/movies/1", "", http.StatusNotFound},
	}
	for _, step := range steps {
		request, err := http.NewRequest(step.method, server.URL+step.path, strings.NewReader(step.body))
		if err != nil {
			t.Fatal(err)
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != step.status {
			t.Errorf("%s %s: expected %d, got %d", step.method, step.path, step.status, response.StatusCode)
		}
	}
}
