module tare.example/ids

go 1.18

require github.com/google/uuid v1.3.0
