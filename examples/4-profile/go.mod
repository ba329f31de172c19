module tare.example/profile

go 1.18
