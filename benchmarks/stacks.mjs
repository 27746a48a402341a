/** How the services of a stack need each other. */
export const SHAPES = ['flat', 'chained']

/**
 * Compose file with `count` busybox services that end at once when they are stopped.
 * @param {'flat' | 'chained'} shape chained: each waits for the one before it
 * @param {number} count
 */
export function stack(shape, count) {
  const services = numbers(count).map((number) =>
    [
      `  s${number}:`,
      '    image: busybox',
      '    command: sleep 3600',
      '    stop_signal: KILL',
      ...(shape === 'chained' && number > 1 ? [`    depends_on: [s${number - 1}]`] : []),
    ].join('\n'),
  )
  return `name: bench\nservices:\n${services.join('\n')}\n`
}

/** Compose file with `count` services as people write them, for `config`. */
export function largeFile(count) {
  const services = numbers(count).map(
    (number) => `  s${number}:
    image: registry.example.com/team/app-${number}:\${TAG:-latest}
    command: ['serve', '--port', '8080']
    environment:
      DATABASE: postgres://db-${number}/app
      LEVEL: \${LEVEL:-info}
    ports: ['127.0.0.1:${20_000 + number}:8080']
    volumes: ['data:/data', './config:/config:ro']
    depends_on: [${number > 1 ? `s${number - 1}` : ''}]
    healthcheck: { test: ['CMD', 'true'], interval: 10s }
    restart: unless-stopped`,
  )
  return `name: large\nservices:\n${services.join('\n')}\nvolumes:\n  data:\n`
}

function numbers(count) {
  return Array.from({ length: count }, (_, index) => index + 1)
}
