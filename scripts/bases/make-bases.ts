import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { installPrograms } from '../debian-programs.ts'
import { lockFile } from '../file-lock.ts'
import { writeRegistriesConf } from '../registries-conf.ts'
import { startRegistry } from '../registry.ts'
import { tareOrThrow } from '../tare.ts'
import { makeDebianRoot } from './debian-root.ts'
import { basesFolder, IMAGES } from './folders.ts'
import { recipeDigest, rootDigest } from './recipe-digest.ts'
import { DEBIAN, RECIPES, type Recipe } from './recipes.ts'

export type Say = (line: string) => void

/**
 * Makes the base images unless they are there, and returns the registry data folder that holds them. The folder is
 * named by the digest of the recipes and renamed into place when complete; makers wait for each other.
 */
export async function makeBases(say: Say): Promise<string> {
  const made = join(basesFolder(), recipeDigest())
  if (existsSync(made)) return join(made, 'registry')
  await installPrograms({ mmdebstrap: 'mmdebstrap', flock: 'util-linux' }, say)
  await using _lock = await lockFile(join(basesFolder(), 'lock'), () =>
    say('waiting for another process that makes bases'),
  )
  if (existsSync(made)) return join(made, 'registry')
  removeHalfMade()
  const making = mkdtempSync(join(basesFolder(), 'making-'))
  await fillRegistry(making, say)
  renameSync(making, made)
  return join(made, 'registry')
}

/** Only called under the lock: what is half-made then belongs to nobody. */
function removeHalfMade(): void {
  for (const name of readdirSync(basesFolder())) {
    if (name.startsWith('making-')) rmSync(join(basesFolder(), name), { recursive: true, force: true })
  }
}

async function fillRegistry(making: string, say: Say): Promise<void> {
  const root = await debianRoot(say)
  await using registry = await startRegistry({ dataFolder: join(making, 'registry') })
  const registriesConf = join(making, 'registries.conf')
  writeRegistriesConf(registriesConf, registry.host)
  const env = { TARE_ROOT: join(basesFolder(), 'store'), CONTAINERS_REGISTRIES_CONF: registriesConf }
  for (const recipe of RECIPES) {
    say(`making ${recipe.names.join(', ')}`)
    const context = join(making, 'context')
    cpSync(join(IMAGES, recipe.folder), context, { recursive: true })
    if (recipe.folder === DEBIAN) cpSync(root, join(context, 'rootfs.tar'))
    await buildAndPush(recipe, context, env)
    rmSync(context, { recursive: true })
  }
  rmSync(registriesConf)
}

async function buildAndPush(recipe: Recipe, context: string, env: Record<string, string>): Promise<void> {
  const tags = recipe.names.flatMap(name => ['-t', name])
  await tareOrThrow(['build', '--progress', 'plain', ...tags, context], { env })
  for (const name of recipe.names) await tareOrThrow(['push', name], { env })
}

async function debianRoot(say: Say): Promise<string> {
  const folder = join(basesFolder(), 'roots')
  const file = join(folder, `${rootDigest()}.tar`)
  if (existsSync(file)) return file
  mkdirSync(folder, { recursive: true })
  say('making a Debian root with mmdebstrap')
  rmSync(`${file}.making`, { force: true })
  await makeDebianRoot(join(IMAGES, DEBIAN), `${file}.making`)
  renameSync(`${file}.making`, file)
  return file
}
