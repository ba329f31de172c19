/** `npm run bases`: makes the base images of the demo and the tests; `-- --serve [--port N]` also serves them until Ctrl-C. */
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { makeBases } from './bases/make-bases.ts'
import { RECIPES } from './bases/recipes.ts'
import { serveBases } from './bases/serve-bases.ts'
import { runScript } from './run-script.ts'

const FOREVER = 2 ** 31 - 1
const say = (line: string) => console.error(line)
const { values } = parseArgs({ options: { serve: { type: 'boolean', default: false }, port: { type: 'string' } } })

await runScript(async () => {
  if (!values.serve) {
    console.log(await makeBases(say))
    return
  }
  await using bases = await serveBases(say, values.port === undefined ? undefined : Number(values.port))
  for (const name of RECIPES.flatMap(recipe => recipe.names)) console.log(`${bases.host}/library/${name}`)
  console.log(`export CONTAINERS_REGISTRIES_CONF=${bases.env.CONTAINERS_REGISTRIES_CONF}`)
  await pause(FOREVER)
})
