// Runs inside a network namespace: node peer.mjs VERB ARGS… prints one line.
import { createSocket } from 'node:dgram'
import { Resolver } from 'node:dns/promises'
import { connect, createServer } from 'node:net'
import { decode, encode } from 'dns-packet'

const TIMEOUT = 1500
const [verb, ...args] = process.argv.slice(2)

const verbs = {
  // Says TEXT to whoever connects or sends, over tcp and udp, and ends with its standard input.
  serve(port, text) {
    const tcp = createServer((socket) => {
      socket.on('error', () => socket.destroy())
      socket.end(`${text} to ${socket.remoteAddress}`)
    })
    const udp = createSocket('udp4')
    udp.on('message', (_, from) => udp.send(`${text} to ${from.address}`, from.port, from.address))
    process.stdin.resume().on('end', () => process.exit())
    return new Promise((resolve) => {
      udp.bind(Number(port), () => tcp.listen(Number(port), '0.0.0.0', () => resolve('ready')))
    })
  },
  // A DNS server that answers every name with ADDRESS, and names that start with "long" over tcp alone.
  resolver(port, address) {
    const answered = (bytes, cut) => {
      const { id, questions } = decode(bytes)
      const answers = cut ? [] : [{ type: 'A', name: questions[0].name, ttl: 1, data: address }]
      return encode({ type: 'response', id, flags: cut ? 0x200 : 0, questions, answers })
    }
    const udp = createSocket('udp4')
    udp.on('message', (bytes, from) => {
      udp.send(answered(bytes, decode(bytes).questions[0].name.startsWith('long')), from.port, from.address)
    })
    const tcp = createServer((socket) => {
      socket.once('data', (bytes) => {
        const message = answered(bytes.subarray(2), false)
        socket.end(Buffer.concat([Buffer.from([message.length >> 8, message.length & 255]), message]))
      })
    })
    process.stdin.resume().on('end', () => process.exit())
    return new Promise((resolve) => {
      udp.bind(Number(port), () => tcp.listen(Number(port), '0.0.0.0', () => resolve('ready')))
    })
  },
  tcp(host, port) {
    return new Promise((resolve) => {
      let text = ''
      const socket = connect({ host, port: Number(port) })
      socket.setTimeout(TIMEOUT, () => socket.destroy(new Error('timeout')))
      socket.on('data', (data) => (text += data))
      socket.on('error', (error) => resolve(`failed: ${error.code ?? error.message}`))
      socket.on('end', () => {
        resolve(text)
        socket.destroy()
      })
    })
  },
  udp(host, port) {
    return new Promise((resolve) => {
      const socket = createSocket('udp4')
      const end = (text) => {
        clearTimeout(timer)
        socket.close()
        resolve(text)
      }
      const timer = setTimeout(() => end('failed: timeout'), TIMEOUT)
      socket.on('message', (data) => end(String(data)))
      socket.on('error', (error) => end(`failed: ${error.code}`))
      socket.send('?', Number(port), host)
    })
  },
  async dns(server, name, type = 'A') {
    const resolver = new Resolver({ timeout: TIMEOUT, tries: 1 })
    resolver.setServers([server])
    try {
      const found = type === 'PTR' ? await resolver.reverse(name) : await resolver.resolve(name, type)
      return found.sort().join(' ')
    } catch (error) {
      return `failed: ${error.code}`
    }
  },
}

const answer = await verbs[verb](...args)
process.stdout.write(`${answer}\n`)
