package main

import (
	"archive/zip"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode"
)

// A module is one version of a Go module, unpacked in dir.
type module struct{ path, version, dir string }

func (m module) String() string { return m.path + "@" + m.version }

// goMod is the module's go.mod; a module older than modules gets the one that the go command would make up for it.
func (m module) goMod() ([]byte, error) {
	text, err := os.ReadFile(filepath.Join(m.dir, "go.mod"))
	if os.IsNotExist(err) {
		return []byte("module " + m.path + "\n"), nil
	}
	return text, err
}

// publish writes list, .info, .mod and .zip.
func (m module) publish(proxy string) error {
	folder := versionsFolder(proxy, m.path)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	if err := m.addToList(folder); err != nil {
		return err
	}
	mod, err := m.goMod()
	if err != nil {
		return err
	}
	if err := writeVersion(folder, m.version, mod); err != nil {
		return err
	}
	return m.writeZip(filepath.Join(folder, m.version+".zip"))
}

// addToList names the version for `go get module@latest`. Pseudo-versions are not listed (https://go.dev/ref/mod#goproxy-protocol).
func (m module) addToList(folder string) error {
	list, err := os.OpenFile(filepath.Join(folder, "list"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer list.Close()
	if strings.HasPrefix(m.version, "v0.0.0-") {
		return nil
	}
	_, err = fmt.Fprintln(list, m.version)
	return err
}

// writeVersion writes the two small files every version has. The time is a fixed one: nobody sorts by it.
func writeVersion(folder, version string, mod []byte) error {
	info := fmt.Sprintf("{\"Version\":%q,\"Time\":\"2020-01-01T00:00:00Z\"}\n", version)
	if err := os.WriteFile(filepath.Join(folder, version+".info"), []byte(info), 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, version+".mod"), mod, 0o644)
}

// writeZip holds the files that upstream's zip holds: no vendored code, no nested modules, no links.
func (m module) writeZip(name string) error {
	file, err := os.Create(name)
	if err != nil {
		return err
	}
	defer file.Close()
	archive := zip.NewWriter(file)
	err = filepath.WalkDir(m.dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || path == m.dir {
			return err
		}
		if entry.IsDir() {
			return skipForeign(path, entry)
		}
		if !entry.Type().IsRegular() {
			return nil
		}
		return m.addFile(archive, path)
	})
	if err != nil {
		return err
	}
	if err := archive.Close(); err != nil {
		return err
	}
	return file.Close()
}

func skipForeign(path string, entry fs.DirEntry) error {
	if entry.Name() == "vendor" || entry.Name() == ".git" {
		return fs.SkipDir
	}
	if _, err := os.Stat(filepath.Join(path, "go.mod")); err == nil {
		return fs.SkipDir
	}
	return nil
}

func (m module) addFile(archive *zip.Writer, path string) error {
	inside, err := filepath.Rel(m.dir, path)
	if err != nil {
		return err
	}
	source, err := os.Open(path)
	if err != nil {
		return err
	}
	defer source.Close()
	target, err := archive.Create(m.String() + "/" + filepath.ToSlash(inside))
	if err != nil {
		return err
	}
	_, err = io.Copy(target, source)
	return err
}

// versionsFolder spells capital letters as !lower (https://go.dev/ref/mod#goproxy-protocol).
func versionsFolder(proxy, path string) string {
	var escaped strings.Builder
	for _, r := range path {
		if unicode.IsUpper(r) {
			escaped.WriteByte('!')
		}
		escaped.WriteRune(unicode.ToLower(r))
	}
	return filepath.Join(proxy, escaped.String(), "@v")
}
