// Goproxy lays out unpacked upstream sources as a file-system module proxy (https://go.dev/ref/mod#serving-from-proxy).
//
//	goproxy MODULES SOURCES PROXY
package main

import (
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 4 {
		log.Fatal("usage: goproxy MODULES SOURCES PROXY")
	}
	modules, err := readModules(os.Args[1], os.Args[2])
	if err != nil {
		log.Fatalf("reading %s: %v", os.Args[1], err)
	}
	for _, m := range modules {
		if err := m.publish(os.Args[3]); err != nil {
			log.Fatalf("publishing %s: %v", m, err)
		}
	}
	if err := publishNamed(modules, os.Args[3]); err != nil {
		log.Fatalf("publishing versions that others name: %v", err)
	}
}

// readModules reads lines of "module-path debian-source-package".
func readModules(table, sources string) ([]module, error) {
	text, err := os.ReadFile(table)
	if err != nil {
		return nil, err
	}
	var modules []module
	for _, line := range strings.Split(string(text), "\n") {
		fields := strings.Fields(line)
		if len(fields) == 0 || strings.HasPrefix(line, "#") {
			continue
		}
		if len(fields) != 2 {
			return nil, fmt.Errorf("expected a module path and a package, got %q", line)
		}
		dir := filepath.Join(sources, fields[1])
		version, err := os.ReadFile(dir + ".version")
		if err != nil {
			return nil, err
		}
		modules = append(modules, module{path: fields[0], version: strings.TrimSpace(string(version)), dir: dir})
	}
	return modules, nil
}
