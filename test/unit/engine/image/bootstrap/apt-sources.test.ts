import { describe, expect, it } from 'vitest'
import { debianSources, parseDeb822, parseOneLine } from '../../../../../src/engine/image/bootstrap/apt-sources.ts'

const DEB822 = `Types: deb deb-src
# a comment
URIs: http://mirror/debian/
Suites: bookworm bookworm-updates
Components: main
Signed-By:
 /usr/share/keyrings/x.gpg

Types: deb
URIs: http://security/debian-security
Suites: bookworm-security
Components: main

Enabled: no
Types: deb
URIs: http://off/debian
Suites: bookworm
`

describe('sources of apt', () => {
  it('are read from deb822 files', () => {
    expect(parseDeb822(DEB822)).toEqual([
      { uri: 'http://mirror/debian', suite: 'bookworm' },
      { uri: 'http://mirror/debian', suite: 'bookworm-updates' },
      { uri: 'http://security/debian-security', suite: 'bookworm-security' },
    ])
  })

  it('are read from one-line files', () => {
    const text =
      '# deb http://no/debian x main\ndeb [arch=amd64 signed-by=/x] http://yes/debian bookworm main\ndeb-src http://no/d x main\n'
    expect(parseOneLine(text)).toEqual([{ uri: 'http://yes/debian', suite: 'bookworm' }])
  })
})

describe('the repositories of a suite', () => {
  const host = parseDeb822(DEB822)

  it('are those of the host', () => {
    expect(debianSources('bookworm', host)).toEqual(host)
  })

  it('of another suite are on the same mirror', () => {
    expect(debianSources('trixie', host).map(({ uri, suite }) => `${uri} ${suite}`)).toEqual([
      'http://mirror/debian trixie',
      'http://mirror/debian trixie-updates',
      'http://security/debian-security trixie-security',
    ])
  })

  it('are on the mirror that is given', () => {
    expect(debianSources('bookworm', [], 'http://mine/debian/')[0]).toEqual({
      uri: 'http://mine/debian',
      suite: 'bookworm',
    })
  })

  it('of unstable are one', () => {
    expect(debianSources('sid', [])).toEqual([{ uri: 'http://deb.debian.org/debian', suite: 'sid' }])
  })
})
