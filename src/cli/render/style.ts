/** Terminal colours as functions of text; identities when colour is off. */
export interface Style {
  red(text: string): string
  green(text: string): string
  yellow(text: string): string
  blue(text: string): string
  bold(text: string): string
  /** The nth of the colours that tell log prefixes apart. */
  rainbow(nth: number, text: string): string
}

const RAINBOW = ['36', '33', '32', '35', '34', '36;1', '33;1', '32;1', '35;1', '34;1']

const paint =
  (code: string) =>
  (text: string): string =>
    `\u001b[${code}m${text}\u001b[0m`

const coloured: Style = {
  red: paint('31'),
  green: paint('32'),
  yellow: paint('33'),
  blue: paint('34'),
  bold: paint('1'),
  rainbow: (nth, text) => paint(RAINBOW[nth % RAINBOW.length] ?? '0')(text),
}

const same = (text: string): string => text

const plain: Style = { red: same, green: same, yellow: same, blue: same, bold: same, rainbow: (_nth, text) => text }

export const style = (colour: boolean): Style => (colour ? coloured : plain)
