#!/usr/bin/env node
import { main } from '../dist/tsc-engine.js'

await main()
