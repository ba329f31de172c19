package main

// #cgo LDFLAGS: -lczmq
// #include <czmq.h>
// #include <stdlib.h>
//
// // zsock_send and zstr_recv are variadic or macros, which cgo cannot call.
// static int send_text(zsock_t *socket, const char *text) { return zstr_send(socket, text); }
// static char *receive_text(zsock_t *socket) { return zstr_recv(socket); }
// static void free_text(char *text) { zstr_free(&text); }
import "C"

import (
	"fmt"
	"time"
	"unsafe"
)

// A socket is one end of a ZeroMQ pipeline. It must be used by one goroutine at a time.
type socket struct{ czmq *C.zsock_t }

// listen opens the receiving end on an endpoint such as tcp://*:5555.
func listen(endpoint string) (*socket, error) {
	return open(endpoint, func(e *C.char) *C.zsock_t { return C.zsock_new_pull(e) }, "@")
}

// connect opens the sending end. Closing it waits a while for what is not sent yet; czmq by itself would drop that.
func connect(endpoint string) (*socket, error) {
	s, err := open(endpoint, func(e *C.char) *C.zsock_t { return C.zsock_new_push(e) }, ">")
	if err == nil {
		C.zsock_set_linger(unsafe.Pointer(s.czmq), milliseconds(10*time.Second))
	}
	return s, err
}

// open marks the endpoint with czmq's sign for binding (@) or connecting (>).
func open(endpoint string, create func(*C.char) *C.zsock_t, sign string) (*socket, error) {
	text := C.CString(sign + endpoint)
	defer C.free(unsafe.Pointer(text))
	czmq := create(text)
	if czmq == nil {
		return nil, fmt.Errorf("opening a ZeroMQ socket on %s failed", endpoint)
	}
	return &socket{czmq}, nil
}

// endpoint is where the socket really is, after a port was chosen for tcp://127.0.0.1:*.
func (s *socket) endpoint() string { return C.GoString(C.zsock_endpoint(s.czmq)) }

func (s *socket) send(message string) error {
	text := C.CString(message)
	defer C.free(unsafe.Pointer(text))
	if C.send_text(s.czmq, text) != 0 {
		return fmt.Errorf("sending on %s failed", s.endpoint())
	}
	return nil
}

// waitAtMost makes receive fail when no message comes for so long.
func (s *socket) waitAtMost(patience time.Duration) {
	C.zsock_set_rcvtimeo(unsafe.Pointer(s.czmq), milliseconds(patience))
}

func milliseconds(d time.Duration) C.int { return C.int(d.Milliseconds()) }

// receive waits for a message; it fails when the process is interrupted or the wait is over.
func (s *socket) receive() (string, error) {
	text := C.receive_text(s.czmq)
	if text == nil {
		return "", fmt.Errorf("receiving on %s: no message came", s.endpoint())
	}
	defer C.free_text(text)
	return C.GoString(text), nil
}

func (s *socket) close() { C.zsock_destroy(&s.czmq) }
