import { describe, expect, it } from 'vitest'
import { removedInLaterLayer } from './removed-in-later-layer.ts'
import { findingsOf, linesOf } from './weight.fixture.ts'

describe('RemovedInLaterLayer', () => {
  it.each([
    ['a copied file', 'COPY a.tar.gz /tmp/\nRUN tar xf /tmp/a.tar.gz && rm /tmp/a.tar.gz'],
    ['a copied directory', 'COPY . /src\nRUN make -C /src && rm -rf /src'],
    ['a directory with all that is in it', 'COPY . /src\nRUN rm -rf /src/*'],
    ['what is below the working directory', 'COPY src src\nRUN rm -r src'],
    ['a secret', 'COPY id_rsa /root/.ssh/id_rsa\nRUN git clone git@x:y && rm -rf /root/.ssh'],
    ['a download', 'RUN curl -o /tmp/a.zip https://x.example/a.zip\nRUN rm /tmp/a.zip'],
    ['a clone', 'RUN git clone https://x.example/repo.git && make -C repo\nRUN rm -rf repo'],
    ['package lists', 'RUN apt-get update && apt-get install -y curl\nRUN rm -rf /var/lib/apt/lists/*'],
  ])('finds %s that is removed later', (_, lines) => {
    expect(linesOf(removedInLaterLayer, `FROM debian\nWORKDIR /w\n${lines}\n`)).toEqual([4])
  })

  it('says which line brought it', () => {
    const [finding] = findingsOf(removedInLaterLayer, 'FROM debian\nCOPY a /opt/a\nRUN rm /opt/a\n')
    expect(finding?.message).toBe('/opt/a was brought by line 2 and stays in that layer')
  })

  it.each([
    ['the same RUN', 'RUN curl -o /tmp/a.zip https://x.example/a.zip && rm /tmp/a.zip'],
    ['other files', 'COPY a /opt/a\nRUN rm /opt/b'],
    ['what the base image brings', 'RUN rm -rf /usr/share/doc /var/cache/*'],
    ['a file in a copied directory', 'COPY . /srv/site\nRUN rm /srv/site/README.md'],
    ['something that a RUN makes again', 'COPY a /opt/a\nRUN curl -o /opt/a https://x.example/a && rm /opt/a'],
    ['a variable', 'COPY a /opt/a\nRUN rm -rf $DIR'],
    ['a directory of the system', 'COPY a /usr/local/bin/\nRUN rm -rf /tmp/*'],
  ])('says nothing of %s', (_, lines) => {
    expect(linesOf(removedInLaterLayer, `FROM debian\n${lines}\n`)).toEqual([])
  })

  it('looks at the image only', () => {
    expect(
      linesOf(removedInLaterLayer, 'FROM a AS b\nCOPY x /x\nRUN rm /x\nFROM alpine\nCOPY --from=b /y /y\n'),
    ).toEqual([])
  })
})
