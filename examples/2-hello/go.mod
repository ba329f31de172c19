module tare.example/hello

go 1.18
