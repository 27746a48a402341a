// Compiles schemas/compose.schema.json to a module without dependencies: compiling it takes longer than a command may.
//   node scripts/compile-schema.mjs           writes src/compose/validate/schema-validator.generated.js
//   node scripts/compile-schema.mjs --print   writes it to standard output
import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { Ajv2020 } from 'ajv/dist/2020.js'
import standalone from 'ajv/dist/standalone/index.js'

const inRepo = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url))
const schema = JSON.parse(await readFile(inRepo('schemas/compose.schema.json'), 'utf8'))

/** Names of the properties of every object schema, by its JSON pointer: what a misspelt key may have meant. */
const propertyNames = {}
const collect = (value, pointer) => {
  if (typeof value !== 'object' || value === null) return
  if (value.additionalProperties === false) propertyNames[pointer] = Object.keys(value.properties ?? {})
  for (const [key, child] of Object.entries(value)) collect(child, `${pointer}/${key}`)
}
collect(schema, '#')

const ajv = new Ajv2020({
  allErrors: true,
  allowUnionTypes: true,
  allowMatchingProperties: true,
  strict: true,
  inlineRefs: false,
  messages: false,
  code: { source: true, esm: true },
})
const code = standalone
  .default(ajv, ajv.compile(schema))
  .replace(/export default \w+;/, `export const propertyNames = ${JSON.stringify(propertyNames)};`)
const text = `// Made by scripts/compile-schema.mjs from schemas/compose.schema.json
/* eslint-disable */
/* oxlint-disable */
${code}
`
if (process.argv.includes('--print')) process.stdout.write(text)
else await writeFile(inRepo('src/compose/validate/schema-validator.generated.js'), text)
