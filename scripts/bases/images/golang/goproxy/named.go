package main

import (
	"os"
	"path/filepath"
	"strings"
)

// The go command reads the go.mod of every version that any go.mod in the graph names, and may choose to build with
// one. publishNamed gives those versions Debian's sources under the version that is asked for, as Debian's own builds
// do; a module that is not here gets a go.mod that requires nothing, and no zip: building with it fails.
func publishNamed(modules []module, proxy string) error {
	sources := map[string]module{}
	for _, m := range modules {
		sources[m.path] = m
	}
	for _, m := range modules {
		mod, err := m.goMod()
		if err != nil {
			return err
		}
		for _, named := range requirements(string(mod)) {
			named.dir = sources[named.path].dir
			if err := named.publishAsNamed(proxy); err != nil {
				return err
			}
		}
	}
	return nil
}

func (m module) publishAsNamed(proxy string) error {
	folder := versionsFolder(proxy, m.path)
	if _, err := os.Stat(filepath.Join(folder, m.version+".mod")); err == nil {
		return nil
	}
	if m.dir != "" {
		return m.publish(proxy)
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	return writeVersion(folder, m.version, []byte("module "+m.path+"\n"))
}

// requirements lists what a go.mod's require lines name.
func requirements(mod string) []module {
	var found []module
	block := ""
	for _, line := range strings.Split(mod, "\n") {
		line, _, _ = strings.Cut(line, "//")
		fields := strings.Fields(line)
		switch {
		case len(fields) == 2 && fields[1] == "(":
			block = fields[0]
		case len(fields) == 1 && fields[0] == ")":
			block = ""
		case len(fields) == 3 && fields[0] == "require":
			found = append(found, module{path: fields[1], version: fields[2]})
		case len(fields) == 2 && block == "require":
			found = append(found, module{path: fields[0], version: fields[1]})
		}
	}
	return found
}
