import { describe, expect, it } from 'vitest'
import { type UserFiles, resolveUser } from '../../../../src/engine/runtime/user.ts'

const files: UserFiles = {
  passwd: () =>
    [
      'root:x:0:0:root:/root:/bin/sh',
      'app:x:1000:1001:App:/home/app:/bin/sh',
      '42:x:2000:2000::/odd:/bin/sh',
      'bad:x:4294967296:0::/bad:/bin/sh',
      'wrong:x:x:0::/wrong:/bin/sh',
      'homeless:x:3000:3000',
    ].join('\n'),
  group: () => ['root:x:0:', 'app:x:1001:', 'wheel:x:10:root,app', 'disk:x:6:app', 'video:x:44:'].join('\n'),
}
const none: UserFiles = { passwd: () => undefined, group: () => undefined }

describe('resolveUser', () => {
  it.each([
    ['', { uid: 0, gid: 0, additionalGids: [0, 10], home: '/root' }],
    ['root', { uid: 0, gid: 0, additionalGids: [0, 10], home: '/root' }],
    ['app', { uid: 1000, gid: 1001, additionalGids: [1001, 10, 6], home: '/home/app' }],
    ['1000', { uid: 1000, gid: 1001, additionalGids: [1001, 10, 6], home: '/home/app' }],
    ['app:video', { uid: 1000, gid: 44, additionalGids: [44], home: '/home/app' }],
    ['app:99', { uid: 1000, gid: 99, additionalGids: [99], home: '/home/app' }],
    ['5:6', { uid: 5, gid: 6, additionalGids: [6], home: '/' }],
    ['5', { uid: 5, gid: 0, additionalGids: [0], home: '/' }],
    ['42', { uid: 42, gid: 0, additionalGids: [0], home: '/' }],
    ['2147483647', { uid: 2_147_483_647, gid: 0, additionalGids: [0], home: '/' }],
    ['homeless', { uid: 3000, gid: 3000, additionalGids: [3000], home: '/' }],
    [':disk', { uid: 0, gid: 6, additionalGids: [6], home: '/root' }],
  ])('reads "%s"', (text, user) => {
    expect(resolveUser(text, files)).toEqual(user)
  })

  it('works in an image without /etc/passwd', () => {
    expect(resolveUser('', none)).toEqual({ uid: 0, gid: 0, additionalGids: [0], home: '/' })
    expect(resolveUser('7:8', none)).toMatchObject({ uid: 7, gid: 8 })
    expect(() => resolveUser('app', none)).toThrow('unable to find user app: no matching entries in passwd file')
  })

  it('adds groups by name and number', () => {
    expect(resolveUser('5', files, ['video', '123', '0']).additionalGids).toEqual([0, 44, 123])
    expect(() => resolveUser('5', files, ['nope'])).toThrow(
      'unable to find group nope: no matching entries in group file',
    )
  })

  it.each([
    ['nobody', 'unable to find user nobody: no matching entries in passwd file'],
    ['root\n', 'no matching entries in passwd file'],
    ['app:nope', 'unable to find group nope: no matching entries in group file'],
    ['4294967296', 'uids and gids must be in range 0-2147483647'],
    ['2147483648', 'uids and gids must be in range 0-2147483647'],
    ['-1', 'uids and gids must be in range 0-2147483647'],
    ['0:-1', 'uids and gids must be in range 0-2147483647'],
    ['bad', 'no matching entries in passwd file'],
    ['wrong', 'no matching entries in passwd file'],
  ])('refuses %j', (text, message) => {
    expect(() => resolveUser(text, files)).toThrow(message)
  })
})
