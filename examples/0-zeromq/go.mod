module tare.example/tally

go 1.18
