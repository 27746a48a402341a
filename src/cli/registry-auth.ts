import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { RegistryAuth } from '../port/images.ts'
import { imageRef } from '../spec/image-ref.ts'

const DOCKER_HUB = 'https://index.docker.io/v1/'

interface DockerConfig {
  readonly auths?: Readonly<Record<string, { readonly auth?: string; readonly identitytoken?: string }>>
}

/**
 * Who to be at an image's registry, from docker's own config file (DOCKER_CONFIG, else ~/.docker). Credential helpers
 * are not asked.
 */
export const registryAuth = async (
  env: Readonly<Record<string, string | undefined>>,
): Promise<(image: string) => RegistryAuth | undefined> => {
  const folder = env['DOCKER_CONFIG'] || join(env['HOME'] ?? homedir(), '.docker')
  const text = await readFile(join(folder, 'config.json'), 'utf8').catch(() => '{}')
  const { auths = {} } = parse(text)
  return (image) => {
    const { registry } = imageRef(image)
    const server = registry === 'docker.io' ? DOCKER_HUB : registry
    const entry = auths[server] ?? auths[`https://${server}`]
    if (!entry?.auth) return undefined
    const [username = '', ...rest] = Buffer.from(entry.auth, 'base64').toString('utf8').split(':')
    return {
      username,
      password: rest.join(':'),
      serveraddress: server,
      ...(entry.identitytoken ? { identitytoken: entry.identitytoken } : {}),
    }
  }
}

const parse = (text: string): DockerConfig => {
  try {
    return JSON.parse(text) as DockerConfig
  } catch {
    return {}
  }
}
