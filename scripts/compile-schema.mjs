// Compiles schemas/compose.schema.json to a module without dependencies: compiling it takes longer than a command may.
//   node scripts/compile-schema.mjs           writes src/compose/validate/schema-validator.generated.js
//   node scripts/compile-schema.mjs --print   writes it to standard output
import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { Ajv2020 } from 'ajv/dist/2020.js'
import standalone from 'ajv/dist/standalone/index.js'

const inRepo = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url))
const schema = JSON.parse(await readFile(inRepo('schemas/compose.schema.json'), 'utf8'))

/**
 * Names of the attributes of every mapping, by its path pattern (`services.*.build`): what a misspelt key may have
 * meant. The schema has no alternatives (oneOf), so a path leads to one subschema.
 */
const attributes = {}
const collect = (subschema, path) => {
  const { $ref, properties = {}, patternProperties = {}, additionalProperties, items } = subschema
  if ($ref) return collect(schema.$defs[$ref.replace('#/$defs/', '')], path)
  if (additionalProperties === false) attributes[path.join('.')] = Object.keys(properties)
  for (const [key, value] of Object.entries(properties)) collect(value, [...path, key])
  const others = Object.entries(patternProperties).filter(([pattern]) => pattern !== '^x-')
  for (const value of [...others.map(([, value]) => value), additionalProperties, items]) {
    if (typeof value === 'object') collect(value, [...path, '*'])
  }
}
collect(schema, [])

const ajv = new Ajv2020({
  allErrors: true,
  allowUnionTypes: true,
  allowMatchingProperties: true,
  strict: true,
  inlineRefs: false,
  messages: false,
  strictNumbers: false,
  code: { source: true, esm: true },
})
const code = standalone
  .default(ajv, ajv.compile(schema))
  .replace(/export default \w+;/, `export const attributes = ${JSON.stringify(attributes)};`)
const text = `// Made by scripts/compile-schema.mjs from schemas/compose.schema.json
/* eslint-disable */
/* oxlint-disable */
${code}
`
if (process.argv.includes('--print')) process.stdout.write(text)
else await writeFile(inRepo('src/compose/validate/schema-validator.generated.js'), text)
