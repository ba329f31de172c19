import { chmodSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { makeBusyboxRoot } from '../testkit/busybox-root.ts'
import type { SandboxBench } from './sandbox-bench.fixture.ts'

/** What a sandbox makes of the root and of mounts in it. */
export function sandboxRootContract(bench: SandboxBench): void {
  const { newDir, newRoot, sh, temp } = bench

  describe('the root', () => {
    it('is written to in the upper directory alone', async () => {
      const root = newRoot()
      await sh('echo x >/new; rm /etc/group', {}, root)
      expect(readFileSync(`${root.upper}/new`, 'utf8')).toBe('x\n')
      expect(readdirSync(`${temp.path}/snapshots/base/etc`)).toEqual(['group', 'passwd'])
    })
    it('may be a plain directory', async () => {
      const path = newDir('plain')
      makeBusyboxRoot(path)
      for (const name of ['proc', 'dev', 'sys']) mkdirSync(`${path}/${name}`)
      await sh('echo y >/made', {}, { kind: 'directory', path })
      expect(readFileSync(`${path}/made`, 'utf8')).toBe('y\n')
    })
    it.each([130, 300])('may have %i layers', async depth => {
      const lower = Array.from({ length: depth }, (_, i) => {
        const path = `${temp.path}/snapshots/d${i}`
        mkdirSync(path, { recursive: true })
        writeFileSync(`${path}/file${i}`, `${i}`)
        return path
      })
      const root = newRoot()
      const deep = { ...root, lower: [...lower, ...root.lower] }
      expect((await sh(`cat /file0 /file${depth - 1}`, {}, deep)).stdout).toBe(`0${depth - 1}`)
    })
    it('can be run in again', async () => {
      const root = newRoot()
      await sh('echo x >/one', {}, root)
      expect((await sh('cat /one', {}, root)).stdout).toBe('x\n')
    })
    it('can be read only', async () => {
      const { stdout } = await sh('touch /new 2>/dev/null || echo refused; echo x >/dev/null && echo ok', {
        readOnlyRoot: true,
      })
      expect(stdout).toBe('refused\nok\n')
    })
    it('has the mounts it is given', async () => {
      const source = newDir('source')
      writeFileSync(`${source}/f`, 'from the host')
      const root = newRoot()
      for (const name of ['m', 't']) mkdirSync(`${root.upper}/${name}`)
      // runc gives a tmpfs the mode of the directory under it.
      chmodSync(`${root.upper}/t`, 0o1777)
      const mounts = [
        { type: 'bind', source, destination: '/m', readOnly: true },
        { type: 'tmpfs', destination: '/t', size: 65536, mode: 0o1777 },
      ] as const
      const { stdout } = await sh(
        'cat /m/f; echo x 2>/dev/null >/m/g || echo " ro"; touch /t/x; stat -c %a /t',
        { mounts },
        root,
      )
      expect(stdout).toBe('from the host ro\n1777\n')
      expect(readdirSync(`${root.upper}/t`)).toEqual([])
    })
    it('has the files of other roots, read-only or with changes that nobody keeps', async () => {
      const [other, root] = [newRoot(), newRoot()]
      mkdirSync(`${other.upper}/sub`)
      writeFileSync(`${other.upper}/sub/f`, 'of another root\n')
      for (const name of ['ro', 'rw']) mkdirSync(`${root.upper}/${name}`)
      writeFileSync(`${root.upper}/file`, '')
      const lower = { kind: 'overlay', lower: [other.upper!, ...other.lower] } as const
      const scratch = { ...lower, upper: newRoot().upper, work: newRoot().work }
      const mounts = [
        { type: 'tree', root: lower, path: '/sub/f', isFile: true, destination: '/file', readOnly: true },
        { type: 'tree', root: lower, path: '/sub', isFile: false, destination: '/ro', readOnly: true },
        { type: 'tree', root: scratch, path: '/', isFile: false, destination: '/rw' },
      ] as const
      const script =
        'cat /file /ro/f; (echo x >/ro/g) 2>/dev/null || echo ro; rm /rw/sub/f; echo y >/rw/g; ls /rw/sub /rw/g'
      expect((await sh(script, { mounts }, root)).stdout).toBe(
        'of another root\nof another root\nro\n/rw/g\n\n/rw/sub:\n',
      )
      expect(readdirSync(`${other.upper}/sub`)).toEqual(['f'])
      expect(readdirSync(scratch.upper!)).toContain('g')
    })
    it('has files that exist in memory alone', async () => {
      const root = newRoot()
      for (const name of ['a', 'b', 'c']) writeFileSync(`${root.upper}/${name}`, '')
      const file = (destination: string, text: string, mode: number, id: number) =>
        ({ type: 'file', content: Buffer.from(text), mode, uid: id, gid: id, destination }) as const
      const mounts = [file('/a', 'first\0\n', 0o400, 0), file('/b', '', 0o640, 7), file('/c', 'third', 0o755, 1000)]
      const script =
        'stat -c "%n %a %u %g %s" /a /b /c; cat /a /c; (echo x >/a) 2>/dev/null || echo " ro"; ls /proc/self/fd'
      expect((await sh(script, { mounts }, root)).stdout).toBe(
        '/a 400 0 0 7\n/b 640 7 7 0\n/c 755 1000 1000 5\nfirst\0\nthird ro\n0\n1\n2\n3\n',
      )
    })
    it('has mounts in mounts, which make what they need', async () => {
      const root = newRoot()
      mkdirSync(`${root.upper}/t`)
      const source = newDir('source')
      const content = Buffer.from('in memory')
      const mounts = [
        { type: 'tmpfs', destination: '/t' },
        { type: 'bind', source, destination: '/t/sub/dir' },
        { type: 'file', content, mode: 0o400, uid: 0, gid: 0, destination: '/t/deep/file' },
      ] as const
      expect((await sh('cat /t/deep/file; echo x >/t/sub/dir/made', { mounts }, root)).stdout).toBe('in memory')
      expect(readdirSync(source)).toEqual(['made'])
      expect(readdirSync(`${root.upper}/t`)).toEqual([])
    })
    it('with a mount point that leads out of it is not followed', async () => {
      const trap = newDir('trap')
      const hostile = {
        ...newRoot(),
        upper: newDir('snapshots/hostile'),
        work: newDir('snapshots/hostile-work'),
      }
      for (const name of ['proc', 'sys']) mkdirSync(`${hostile.upper}/${name}`)
      symlinkSync(trap, `${hostile.upper}/dev`)
      await expect(sh('true', {}, hostile)).rejects.toMatchObject({ code: 'SANDBOX_FAILED' })
      expect(readdirSync(trap)).toEqual([])
    })
  })
}
