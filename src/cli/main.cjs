// The first file Node loads. Plain old JavaScript, so that an old Node can still say what is wrong.
'use strict'
var major = Number(process.versions.node.split('.')[0])
if (major < 24) {
  process.stderr.write(
    'tare: needs Node.js 24 or newer, found ' +
      process.version +
      ' (' +
      process.execPath +
      '); ' +
      'install it (npm install -g node@24) or set TARE_NODE\n',
  )
  process.exit(1)
}
import('./cli.js').then(cli => cli.main(process.argv.slice(2)))
