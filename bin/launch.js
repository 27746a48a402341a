'use strict'
const { existsSync, readFileSync } = require('node:fs')
const Module = require('node:module')
const path = require('node:path')
const { Script } = require('node:vm')

/*
 * Starts a program of dist/ with code that was compiled before: by the build, for the Node that built it, or by Node itself
 * where it keeps compiled code (22 and later). Compiling is a fifth of what a command costs.
 */

const pathOf = (name) => path.join(__dirname, '../dist', `${name}.cjs`)

/** Compiles the program with what the build left in PROGRAM.cjs.cache, if this Node takes it. */
const compile = (name) => {
  const filename = pathOf(name)
  return new Script(Module.wrap(readFileSync(filename, 'utf8')), {
    filename,
    cachedData: codeCache(`${filename}.cache`),
  })
}

const codeCache = (file) => {
  try {
    return readFileSync(file)
  } catch {
    return undefined
  }
}

const run = (script, name) => {
  const filename = pathOf(name)
  const module = { exports: {} }
  const wrapper = script.runInThisContext()
  wrapper.call(module.exports, module.exports, Module.createRequire(filename), module, filename, path.dirname(filename))
  return module.exports
}

const launch = (name) => {
  if (!existsSync(pathOf(name))) {
    process.stderr.write(`${name} is not built yet: run "npm run build" in ${path.join(__dirname, '..')}\n`)
    process.exit(1)
  }
  Module.enableCompileCache?.()
  const program = Module.enableCompileCache ? require(pathOf(name)) : run(compile(name), name)
  return program.main()
}

module.exports = { compile, launch, run }
