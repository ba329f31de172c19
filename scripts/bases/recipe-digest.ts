import { createHash, type Hash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { debianMirrors } from './debian-mirrors.ts'
import { debianRootArguments } from './debian-root.ts'
import { IMAGES } from './folders.ts'
import { RECIPES } from './recipes.ts'

/** Raise it when a base must be made anew though no file of its recipe changed. */
const RECIPE_VERSION = 1

/** What decides the content of all bases: their files, mmdebstrap's arguments, the mirrors and this machine's architecture. */
export function recipeDigest(): string {
  const hash = createHash('sha256')
  hash.update(JSON.stringify([RECIPE_VERSION, RECIPES, process.arch, debianMirrors()]))
  hash.update(rootDigest())
  addFolder(hash, IMAGES)
  return hash.digest('hex').slice(0, 16)
}

/** What decides the content of the Debian root alone: the slow part, kept on its own. */
export function rootDigest(): string {
  const hash = createHash('sha256')
  hash.update(JSON.stringify([RECIPE_VERSION, process.arch, debianRootArguments('')]))
  addFolder(hash, join(IMAGES, 'debian'))
  return hash.digest('hex').slice(0, 16)
}

function addFolder(hash: Hash, folder: string): void {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    const file = join(folder, name)
    const stat = statSync(file)
    if (!stat.isFile()) continue
    hash.update(`${name}\0${stat.mode & 0o111}\0${stat.size}\0`)
    hash.update(readFileSync(file))
  }
}
