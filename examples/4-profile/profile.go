package main

import (
	"fmt"
	"math/rand"
	"strings"
)

type profile struct {
	Name    string  `json:"name"`
	Email   string  `json:"email"`
	Phone   string  `json:"phone"`
	Born    string  `json:"born"`
	Address address `json:"address"`
}

type address struct {
	Street  string `json:"street"`
	City    string `json:"city"`
	Country string `json:"country"`
}

var (
	givenNames  = []string{"Amara", "Bjorn", "Chiara", "Dmitri", "Esther", "Farid", "Greta", "Hiroshi", "Ines", "Jonas"}
	familyNames = []string{"Adeyemi", "Berg", "Costa", "Dubois", "Eriksen", "Fischer", "Garcia", "Haddad", "Ito", "Kowalski"}
	streets     = []string{"Birch Lane", "Canal Street", "Harbour Road", "Mill Hill", "Old Market", "Station Road"}
	places      = []address{
		{City: "Bergen", Country: "Norway"},
		{City: "Lisbon", Country: "Portugal"},
		{City: "Mombasa", Country: "Kenya"},
		{City: "Osaka", Country: "Japan"},
		{City: "Valparaiso", Country: "Chile"},
	}
)

func randomProfile(r *rand.Rand) profile {
	given, family := pick(r, givenNames), pick(r, familyNames)
	home := places[r.Intn(len(places))]
	home.Street = fmt.Sprintf("%d %s", 1+r.Intn(200), pick(r, streets))
	return profile{
		Name:    given + " " + family,
		Email:   strings.ToLower(given+"."+family) + "@example.org",
		Phone:   fmt.Sprintf("555-01%02d", r.Intn(100)),
		Born:    fmt.Sprintf("%d-%02d-%02d", 1950+r.Intn(55), 1+r.Intn(12), 1+r.Intn(28)),
		Address: home,
	}
}

func pick(r *rand.Rand, from []string) string { return from[r.Intn(len(from))] }
