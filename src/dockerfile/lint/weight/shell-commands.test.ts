import { describe, expect, it } from 'vitest'
import { readShell } from './shell-commands.ts'

/** Commands as text: words between blanks, `[nested]`, redirections, the operator behind. */
function shown(text: string): string[] {
  return readShell(text).map(({ words, assignments, redirects, next, nested }) =>
    [
      ...(nested ? ['[nested]'] : []),
      ...assignments.map(word => word.value),
      ...words.map(word => word.value),
      ...redirects.map(redirect => `${redirect.sign}${redirect.target.value}`),
      next,
    ]
      .join(' ')
      .trim(),
  )
}

describe('readShell', () => {
  it.each<[string, string[]]>([
    ['apt-get update && apt-get install -y curl', ['apt-get update &&', 'apt-get install -y curl']],
    ['a;b ; c', ['a ;', 'b ;', 'c']],
    ['a | b || c & d', ['a |', 'b ||', 'c &', 'd']],
    ['curl -fsSL x|tar xz', ['curl -fsSL x |', 'tar xz']],
    ['set -eux; \tx', ['set -eux ;', 'x']],
    ['echo "a && b" \'c;d\' e\\ f', ['echo a && b c;d e f']],
    ['echo "say \\"hi\\" $X" a"b"c', ['echo say "hi" $X abc']],
    ['(cd a && make) && b', ['[nested] cd a &&', '[nested] make )', 'b']],
    ['{ a; b; } && c', ['[nested] a ;', '[nested] b ;', 'c']],
    ['if a; then b; else c; fi; d', ['[nested] a ;', '[nested] b ;', '[nested] c ;', 'd']],
    ['for f in a b; do rm $f; done && x', ['[nested] for f in a b ;', '[nested] rm $f ;', 'x']],
    ['! a && b', ['a &&', 'b']],
    ['CGO_ENABLED=0 GOOS="linux" go build -o /x .', ['CGO_ENABLED=0 GOOS=linux go build -o /x .']],
    ['X=1', ['X=1']],
    ['a >/dev/null 2>&1 && b', ['a >/dev/null >&1 &&', 'b']],
    ['a &>> log', ['a &>>log']],
    ['echo hi>x', ['echo hi >x']],
    ['echo 2 >x', ['echo 2 >x']],
    ['a <<< "b c"', ['a <<<b c']],
    ['diff <(a b) <(c)', ['diff <(a b) <(c)']],
    ['x=$(a && b | c "d)") y', ['x=$(a && b | c "d)") y']],
    ['echo `a; b` ${x:-"}"} c', ['echo `a; b` ${x:-"}"} c']],
    ['echo $((1 + (2))) z', ['echo $((1 + (2))) z']],
    ['echo "$(a "b c" $(d))" e', ['echo $(a "b c" $(d)) e']],
    ['a # b && c', ['a']],
    ['a#b', ['a#b']],
    ['a \\\n  b\nc', ['a b ;', 'c']],
    ['a # x\nb', ['a ;', 'b']],
    ['cat <<EOF > f\nrm -rf /\nEOF\nb', ['cat <<EOF >f ;', 'b']],
    ["cat <<-'E' && d\n\tx\n\tE\nb", ['cat <<-E &&', 'd ;', 'b']],
    ['case $x in a) b;; *) c;; esac; d', ['[nested] case $x in a )', 'b ;', '* )', 'c ;', 'd']],
    ['echo $', ['echo $']],
    ['', []],
    [' \t ', []],
    ['&& a', ['a']],
    ['echo "unended', ['echo unended']],
    ["echo 'unended", ['echo unended']],
    ['echo $(unended', ['echo $(unended']],
    ['echo end\\', ['echo end']],
  ])('%j', (text, commands) => {
    expect(shown(text)).toEqual(commands)
  })

  it('says where words stand and which are known', () => {
    const text = 'apt-get  install "a b" $X c${Y}'
    const words = readShell(text)[0]?.words ?? []
    expect(words.map(word => text.slice(word.start, word.end))).toEqual(['apt-get', 'install', '"a b"', '$X', 'c${Y}'])
    expect(words.map(word => word.dynamic)).toEqual([false, false, false, true, true])
    expect(words.map(word => word.bare)).toEqual([true, true, false, true, true])
  })

  it('takes time in proportion to the text', () => {
    for (const piece of ['$(', '"$(', '`', '(', '${', "'", 'a ', 'a;', '<<a\n', '\\', '"', '<(']) {
      const started = performance.now()
      readShell(piece.repeat(200_000))
      expect(performance.now() - started, piece).toBeLessThan(4000)
    }
  })
})
