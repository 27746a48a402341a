#!/usr/bin/env node
import module from 'node:module'

// Node 22 and later keep the compiled code for the next start.
module.enableCompileCache?.()
const { main } = await import('../dist/tsc-compose.js')
await main()
