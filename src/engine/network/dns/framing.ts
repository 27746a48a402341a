import type { Readable } from 'node:stream'

/** A DNS message as it goes over TCP: two octets of length before it (RFC 1035 §4.2.2). */
export const framed = (message: Uint8Array): Buffer => {
  const length = Buffer.alloc(2)
  length.writeUInt16BE(message.length)
  return Buffer.concat([length, message])
}

/** Calls back for every whole message that comes in on the stream. */
export const onMessages = (stream: Readable, handle: (message: Buffer) => void): void => {
  let pending = Buffer.alloc(0)
  stream.on('data', (chunk: Buffer) => {
    pending = Buffer.concat([pending, chunk])
    while (pending.length >= 2 && pending.length >= 2 + pending.readUInt16BE()) {
      const end = 2 + pending.readUInt16BE()
      handle(pending.subarray(2, end))
      pending = pending.subarray(end)
    }
  })
}
