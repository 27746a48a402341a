import { randomInt } from 'node:crypto'

const ADJECTIVES =
  `able agile amber brave bright brisk calm civil clever crisp deft eager early fair fine fleet fond frank
gentle glad golden grand happy hardy honest jolly keen kind lively loyal lucid lucky mellow merry mild modest neat noble
patient plain polite proud quick quiet rapid ready sharp silent sincere smart solid spry steady sturdy subtle sunny swift
tidy tranquil true upbeat useful vivid warm wise witty zesty`.split(/\s+/)
const NOUNS =
  `acorn anchor aspen badger basil beacon birch breeze brook canyon cedar clover comet coral crane delta dune
ember falcon fern finch fjord forge garnet glacier grove harbor hazel heron island jasper juniper kestrel lagoon lantern
lark linden lynx maple marten meadow mesa moss oriole osprey otter pebble pine plover prairie quartz raven reef ridge river
robin saffron sequoia sparrow spruce summit swallow thistle tundra valley walnut willow wren`.split(/\s+/)

/** A name like `calm_otter` that is not taken; with a number behind it when the first tries are. */
export const randomName = (isTaken: (name: string) => boolean): string => {
  for (let attempt = 0; ; attempt++) {
    const name = `${pick(ADJECTIVES)}_${pick(NOUNS)}${attempt < 5 ? '' : randomInt(10 * attempt)}`
    if (!isTaken(name)) return name
  }
}

const pick = (words: readonly string[]): string => words[randomInt(words.length)] ?? ''
