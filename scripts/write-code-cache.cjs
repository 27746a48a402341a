'use strict'
const { writeFileSync } = require('node:fs')
const path = require('node:path')
const { compile, run } = require('../bin/launch.js')

/*
 * node scripts/write-code-cache.cjs PROGRAM ARG...   runs a command of a program and keeps what V8 compiled for it, so that
 * the next start (bin/launch.js) need not.
 */

const [name, ...args] = process.argv.slice(2)
const script = compile(name)
process.argv.splice(2, process.argv.length, ...args)
process.on('exit', () => {
  writeFileSync(path.join(__dirname, '../dist', `${name}.cjs.cache`), script.createCachedData())
})
run(script, name).main()
