module tare.example/goproxy

go 1.19
