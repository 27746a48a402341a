import { expect, it, vi } from 'vitest'
import { cliDocs } from '../../support/cli/docs.ts'

vi.setConfig({ testTimeout: 60_000 })

it('docs/cli.md is what the commands say of themselves', async () => {
  await expect(await cliDocs()).toMatchFileSnapshot('../../../docs/cli.md')
})
