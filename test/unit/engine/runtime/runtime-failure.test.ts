import { describe, expect, it } from 'vitest'
import { runtimeFailure } from '../../../../src/engine/runtime/runtime-failure.ts'

const CREATE =
  'failed to create task for container: failed to create shim task: OCI runtime create failed: ' +
  'runc create failed: unable to start container process: '

describe('runtimeFailure', () => {
  it.each([
    [
      'executable file `nope` not found in $PATH: No such file or directory',
      'error during container init: exec: "nope": executable file not found in $PATH: unknown',
      127,
    ],
    [
      'executable file `/nope` not found in $PATH: No such file or directory',
      'error during container init: exec: "/nope": stat /nope: no such file or directory: unknown',
      127,
    ],
    ['open executable: Permission denied', 'error during container init: exec: "CMD": permission denied: unknown', 126],
    [
      'open executable: Operation not permitted',
      'error during container init: exec: "CMD": is a directory: unknown',
      126,
    ],
    [
      'chdir `/file`: Not a directory',
      'error during container init: chdir to cwd ("/file") set in config.json failed: not a directory: unknown',
      127,
    ],
    [
      'mount `/tmp` to `etc/x`: Not a directory',
      'error during container init: error mounting "/tmp" to rootfs at "/etc/x": mount /tmp:/etc/x: not a directory: ' +
        'unknown: Are you trying to mount a directory onto a file (or vice-versa)? ' +
        'Check if the specified host path exists and is the expected type',
      127,
    ],
    [
      "error stat'ing file `/gone`: No such file or directory",
      'error during container init: error mounting "/gone" to rootfs: stat /gone: no such file or directory: unknown',
      127,
    ],
    ['2026-01-02T03:04:05.678Z: sethostname: Invalid argument', 'sethostname: Invalid argument: unknown', 128],
    [
      'time="2026-01-02T03:04:05Z" level=warning msg="unable to terminate"\n' +
        'time="2026-01-02T03:04:05Z" level=error msg="runc create failed: unable to start container process: ' +
        'exec: \\"nope\\": executable file not found in $PATH"\n',
      'exec: "nope": executable file not found in $PATH: unknown',
      127,
    ],
    ['', 'the OCI runtime ended without a word: unknown', 128],
  ])('says %j in the words of Docker', (text, detail, exitCode) => {
    const error = runtimeFailure(text, { command: 'CMD' })
    expect(error.message).toBe(CREATE + detail)
    expect(error).toMatchObject({ code: 'E_RUNTIME_FAILED', exitCode, httpStatus: exitCode === 128 ? 500 : 400 })
  })

  it('knows an empty command from a folder', () => {
    const error = runtimeFailure('open executable: Operation not permitted', { command: '' })
    expect(error.message).toContain('exec: "": executable file not found in $PATH')
    expect(error.exitCode).toBe(127)
  })

  it('does without the command', () => {
    const error = runtimeFailure('open executable: Permission denied')
    expect(error.message).toBe(`${CREATE}error during container init: exec: permission denied: unknown`)
    expect(error.exitCode).toBe(126)
  })

  it('speaks of an exec', () => {
    const text = 'executable file `nope` not found in $PATH: No such file or directory'
    expect(runtimeFailure(text, { operation: 'exec' }).message).toBe(
      'OCI runtime exec failed: exec failed: unable to start container process: ' +
        'exec: "nope": executable file not found in $PATH: unknown',
    )
  })
})
