#!/usr/bin/env node
import { main } from '../dist/tsc-compose.js'

await main()
