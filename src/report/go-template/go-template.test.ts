import { describe, expect, it } from 'vitest'
import { NIL_LIST, NIL_MAP, parseTemplate, Shown, type Value } from './index.ts'

const IMAGE: Value = {
  Id: 'sha256:0123456789ab',
  RepoTags: ['app:latest', 'app:1.0'],
  RepoDigests: [],
  Size: 13_600_000,
  Os: 'linux',
  Architecture: 'amd64',
  Config: {
    User: '',
    Env: ['PATH=/usr/bin', 'A=b'],
    Cmd: ['/bin/sh', '-c', 'echo "<hi>"'],
    Entrypoint: NIL_LIST,
    Healthcheck: null,
    Labels: new Map<string, Value>([
      ['org.x/y', 'two'],
      ['maintainer', 'me'],
    ]),
    ExposedPorts: new Map<string, Value>([['80/tcp', {}]]),
    Volumes: NIL_MAP,
    Tty: false,
  },
  RootFS: { Type: 'layers', Layers: ['sha256:aa', 'sha256:bb'] },
  Shown: new Shown('13.6MB', 13_600_000),
}

/** What text/template and Docker's functions give for the same text. */
const GIVES: readonly (readonly [string, string])[] = [
  ['plain', 'plain'],
  ['{{.Os}}/{{.Architecture}}', 'linux/amd64'],
  ['{{ .Os }}', 'linux'],
  ['{{.Config.Cmd}}', '[/bin/sh -c echo "<hi>"]'],
  ['{{json .Config.Cmd}}', '["/bin/sh","-c","echo \\"<hi>\\""]'],
  ['{{json .Config.Entrypoint}}', 'null'],
  ['{{.Config.Entrypoint}} {{.Config.Volumes}} {{.Config.Healthcheck}}', '[] map[] <nil>'],
  ['{{.Config.Tty}}', 'false'],
  ['{{index .RepoTags 0}}', 'app:latest'],
  ['{{index .Config.Labels "org.x/y"}}', 'two'],
  ['{{index .Config.Labels "absent"}}', ''],
  ['{{.Config.Labels.maintainer}}', 'me'],
  ['{{.Config.Labels.absent}}', '<no value>'],
  ['{{.Config.Labels}}', 'map[maintainer:me org.x/y:two]'],
  ['{{json .Config.Labels}}', '{"maintainer":"me","org.x/y":"two"}'],
  ['{{.Config.ExposedPorts}}', 'map[80/tcp:{}]'],
  ['{{range .RootFS.Layers}}{{.}} {{end}}', 'sha256:aa sha256:bb '],
  ['{{range .RootFS.Layers}}{{println .}}{{end}}', 'sha256:aa\nsha256:bb\n'],
  ['{{range $i, $l := .RootFS.Layers}}{{if $i}}, {{end}}{{$i}}={{$l}}{{end}}', '0=sha256:aa, 1=sha256:bb'],
  ['{{range $k, $v := .Config.Labels}}{{$k}}={{$v}};{{end}}', 'maintainer=me;org.x/y=two;'],
  ['{{range .RepoDigests}}x{{else}}none{{end}}', 'none'],
  ['{{range .RootFS.Layers}}{{if eq . "sha256:bb"}}{{break}}{{end}}{{.}}{{end}}', 'sha256:aa'],
  ['{{range .RootFS.Layers}}{{if eq . "sha256:aa"}}{{continue}}{{end}}{{.}}{{end}}', 'sha256:bb'],
  ['{{range 3}}{{.}}{{end}}', '012'],
  ['{{len .RootFS.Layers}}', '2'],
  ['{{len .Config.Labels}}', '2'],
  ['{{len .Os}}', '5'],
  ['{{.RootFS.Layers | len}}', '2'],
  ['{{join .RepoTags ","}}', 'app:latest,app:1.0'],
  ['{{join .Config.Entrypoint ","}}', ''],
  ['{{index (split .Id ":") 1}}', '0123456789ab'],
  ['{{slice .Id 7 11}}', '0123'],
  ['{{truncate .Id 6}}', 'sha256'],
  ['{{upper .Os}} {{title .Os}} {{"ABC" | lower}}', 'LINUX Linux abc'],
  ['{{pad .Os 1 2}}|', ' linux  |'],
  ['{{if .Config.User}}{{.Config.User}}{{else}}root{{end}}', 'root'],
  ['{{if eq .Os "windows"}}w{{else if eq .Os "linux"}}l{{else}}?{{end}}', 'l'],
  ['{{if and (eq .Os "linux") (gt .Size 1000)}}big{{end}}', 'big'],
  ['{{if or .Config.User .Os}}yes{{end}}', 'yes'],
  ['{{or .Config.User "root"}}', 'root'],
  ['{{and .Config.Healthcheck .Config.Healthcheck.Test}}', '<nil>'],
  ['{{if not .Config.Tty}}no tty{{end}}', 'no tty'],
  ['{{eq .Os "a" "linux"}} {{ne .Os "a"}} {{lt 1 2}} {{ge 2 3}}', 'true true true false'],
  ['{{with .Config}}{{.User}}{{len .Env}}{{$.Os}}{{end}}', '2linux'],
  ['{{with .Config.User}}{{.}}{{else}}none{{end}}', 'none'],
  ['{{$os := .Os}}{{range .RepoTags}}{{$os}} {{end}}', 'linux linux '],
  ['{{$n := 0}}{{range .RepoTags}}{{$n = len .}}{{end}}{{$n}}', '7'],
  ['{{printf "%s-%d-%5d|%-6s|%q|%%" .Os 3 42 "ab" "q"}}', 'linux-3-   42|ab    |"q"|%'],
  ['{{printf "%.12s" .Id}}', 'sha256:01234'],
  ['{{print "a" 1 "b"}}', 'a1b'],
  ['a {{- " b " -}} c', 'a b c'],
  ['x{{/* a comment }} in it */}}y', 'xy'],
  ['{{`raw "string"`}}', 'raw "string"'],
  ['{{"tab\\t\\"q\\""}}', 'tab\t"q"'],
  ['{{"}}"}}', '}}'],
  ['{{.Shown}} {{json .Shown}}', '13.6MB 13600000'],
  ['{{json .}}', '{"a":1}'],
  ['{{(index .RepoTags 1)}}', 'app:1.0'],
  ['{{true}} {{json nil}}', 'true null'],
  ['{{print 1 2 "a" "b" 3 true}}', '1 2ab3 true'],
  ['{{0x1f}} {{1e3}} {{1_000}} {{-3}} {{1.5}}', '31 1000 1000 -3 1.5'],
  ['{{printf "%X" "hi"}} {{printf "x" 1 "a"}}', '6869 x%!(EXTRA int=1, string=a)'],
  ['{{title "hello foo-bar"}}', 'Hello Foo-Bar'],
]

describe('a template', () => {
  it.each(GIVES)('%s', (format, expected) => {
    const value = format === '{{json .}}' ? { a: 1 } : IMAGE
    expect(parseTemplate(format).execute(value)).toBe(expected)
  })
})

const REFUSED: readonly (readonly [string, string])[] = [
  ['{{.Os', 'parsing format: unclosed action {{ at character 1'],
  ['{{Os}}', 'parsing format: unknown function "Os" at character 3'],
  ['{{jsn .}}', 'parsing format: unknown function "jsn" at character 3'],
  ['{{if .Os}}x', 'parsing format: {{if}} without {{end}} at character 3'],
  ['x{{end}}', 'parsing format: unexpected {{end}} at character 4'],
  ['{{if .Os}}{{else}}{{else}}{{end}}', 'parsing format: a second {{else}} at character 21'],
  ['{{break}}', 'parsing format: {{break}} outside {{range}} at character 3'],
  ['{{template "x"}}', 'parsing format: {{template}} is not supported at character 3'],
  ['{{$x}}', 'parsing format: undefined variable $x at character 3'],
  ['{{with $x := .Os}}{{end}}{{$x}}', 'parsing format: undefined variable $x at character 28'],
  ['{{nil}}', 'parsing format: nil is not a command at character 3'],
  ['{{010}}', 'parsing format: octal numbers are not supported at character 3'],
  ['{{}}', 'parsing format: missing value at character 3'],
  ['{{.Os | .Id}}', 'parsing format: ".Id" is not a function that a value can be piped into at character 9'],
  ['{{.Os .Id}}', 'parsing format: ".Os" is not a function and takes no arguments at character 7'],
  ['{{"abc}}', 'parsing format: unterminated string at character 3'],
  ["{{'a'}}", 'parsing format: character constants are not supported at character 3'],
  ['{{(.Os}}', 'parsing format: unclosed parenthesis at character 3'],
  ['{{.Oss}}', 'applying format: no field .Oss here'],
  ['{{.Config.Healthcheck.Test}}', "applying format: can't read .Test of nothing: the value before it is not set"],
  ['{{.Os.Foo}}', "applying format: can't read .Foo of a string"],
  ['{{.Config}}', 'applying format: a structure has no text form'],
  ['{{index .RepoTags 7}}', 'applying format: index out of range: 7 (the list has 2)'],
  ['{{eq .Os 1}}', 'applying format: incompatible types for comparison: string and number'],
  ['{{len}}', 'applying format: wrong number of arguments for len: expected 1, got 0'],
  ['{{range .Os}}{{end}}', "applying format: range can't iterate over a string"],
  ['{{slice .Os 3 9}}', 'applying format: slice bounds out of range: 3:9 of 5'],
]

describe('a template that cannot be', () => {
  it.each(REFUSED)('%s', (format, message) => {
    expect(() => parseTemplate(format).execute(IMAGE)).toThrow(message)
  })

  it('suggests the field or function that was meant', () => {
    expect(() => parseTemplate('{{.Oss}}').execute(IMAGE)).toThrow(
      expect.objectContaining({ hint: 'did you mean `.Os`?' }),
    )
    expect(() => parseTemplate('{{jsn .}}')).toThrow(expect.objectContaining({ hint: 'did you mean `json`?' }))
  })
})
