import { describe, expect, it } from 'vitest'
import { downloadsLeft } from './downloads-left.ts'
import { linesOf } from './weight.fixture.ts'

describe('DownloadsLeft', () => {
  it.each([
    ['curl -o', 'RUN curl -fsSL -o /tmp/a.tar.gz https://x.example/a.tar.gz && tar xf /tmp/a.tar.gz'],
    ['curl -Lo', 'RUN curl -Lo a.zip https://x.example/a.zip && unzip a.zip'],
    ['curl -O', 'RUN curl -LO https://x.example/b/a.tgz?x=1 && tar xzf a.tgz'],
    ['curl >', 'RUN curl https://x.example/a > /opt/a.tar && tar xf /opt/a.tar'],
    ['wget', 'RUN wget https://x.example/a.tar.gz && tar xf a.tar.gz'],
    ['wget -O', 'RUN wget -qO /tmp/a.tar.gz https://x.example/ && tar xf /tmp/a.tar.gz'],
    ['a Debian package', 'RUN wget https://x.example/a.deb && dpkg -i a.deb'],
    ['ADD of an address', 'ADD https://x.example/a.tar.gz /tmp/\nRUN tar xf /tmp/a.tar.gz && rm /tmp/a.tar.gz'],
    ['COPY', 'COPY a.tar.gz /tmp/\nRUN tar xf /tmp/a.tar.gz'],
    ['COPY of a package', 'COPY *.x a.deb /tmp/\nRUN dpkg -i /tmp/a.deb'],
  ])('finds what %s leaves', (_, lines) => {
    expect(linesOf(downloadsLeft, `FROM debian\n${lines}\n`)).toEqual([2])
  })

  it.each([
    ['removed', 'RUN curl -o a.tar.gz https://x.example/a && tar xf a.tar.gz && rm a.tar.gz'],
    ['removed by pattern', 'RUN wget https://x.example/a-1.tar.gz && tar xf a-1.tar.gz && rm -f *.tar.gz'],
    [
      'removed with its directory',
      'RUN curl -o /tmp/x/a.zip https://x.example/a && unzip /tmp/x/a.zip && rm -rf /tmp/x',
    ],
    ['removed with everything', 'RUN cd /tmp && wget https://x.example/a.zip && unzip a.zip && rm -rf /tmp/*'],
    ['removed by a variable', 'RUN curl -o a.tgz https://x.example/a && tar xf a.tgz && rm $F'],
    ['moved', 'RUN wget https://x.example/a.zip && mv a.zip /srv/'],
    ['piped', 'RUN curl -fsSL https://x.example/a.tar.gz | tar xz && wget -qO- https://x.example/b.tgz | tar xz'],
    ['mounted', 'RUN --mount=type=tmpfs,target=/tmp curl -o /tmp/a.tar https://x.example/a.tar && tar xf /tmp/a.tar'],
    ['a program', 'RUN curl -o /usr/bin/tool https://x.example/tool && chmod +x /usr/bin/tool'],
    ['unpacked by ADD', 'ADD a.tar.gz /\nRUN tar tf a.tar.gz'],
    ['unpacked by ADD --unpack', 'ADD --unpack=true https://x.example/a.tar.gz /\nRUN tar tf a.tar.gz'],
    ['not unpacked', 'COPY app.zip /srv/'],
  ])('says nothing of what is %s', (_, lines) => {
    expect(linesOf(downloadsLeft, `FROM debian\nWORKDIR /w\n${lines}\n`)).toEqual([])
  })

  it('looks at the image only', () => {
    const text = 'FROM debian AS b\nRUN wget https://x.example/a.zip\nFROM alpine\nCOPY --from=b /a /a\n'
    expect(linesOf(downloadsLeft, text)).toEqual([])
  })
})
