import { describe, expect, it } from 'vitest'
import { runtimeHoles } from '../../../../src/engine/runtime/runtime-holes.ts'

const ids = (name: 'crun' | 'runc', version: string): string[] =>
  runtimeHoles({ name, version }).map((hole) => hole.split(' ')[0] ?? '')

describe('runtimeHoles', () => {
  it('names the holes of old releases with what closes them', () => {
    expect(runtimeHoles({ name: 'crun', version: '1.8.1' })).toContain('CVE-2026-47766 (closed by the init layer)')
    expect(ids('runc', '1.1.5+ds1')).toContain('CVE-2024-45310')
  })

  it('knows that a line was mended in itself', () => {
    expect(ids('runc', '1.1.14')).not.toContain('CVE-2024-45310')
    expect(ids('runc', '1.2.8')).toEqual(['CVE-2026-41579'])
    expect(ids('runc', '1.3.5')).toEqual(['CVE-2026-41579'])
    expect(ids('runc', '1.3.6')).toEqual([])
  })

  it('finds none in releases after the last one mended', () => {
    expect(ids('runc', '1.6.0')).toEqual([])
    expect(ids('crun', '1.28')).toEqual([])
  })
})
