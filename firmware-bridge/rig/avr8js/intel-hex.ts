/** Intel HEX, the form in which a microcontroller's program is kept. Owns its records; knows nothing of the program. */

const DATA = 0x00;
const END = 0x01;

/** The bytes of a program, 0xFF where it says nothing. Throws where a record is no record or lies outside `size`. */
export function fromIntelHex(text: string, size: number): Uint8Array {
  const image = new Uint8Array(size).fill(0xff);
  for (const [index, line] of text.trimEnd().split(/\r?\n/).entries()) {
    const record = Buffer.from(line.slice(1), 'hex');
    const [length = 0] = record;
    const sum = record.reduce((total, byte) => total + byte, 0);
    if (!line.startsWith(':') || record.length !== length + 5 || (sum & 0xff) !== 0) {
      throw new SyntaxError(`line ${index + 1} is no Intel HEX record`);
    }
    const type = record[3];
    if (type === END) return image;
    if (type !== DATA) throw new SyntaxError(`line ${index + 1}: a record of type ${type} in a program of 16 bits`);
    image.set(record.subarray(4, 4 + length), record.readUInt16BE(1));
  }
  throw new SyntaxError('a program without an end record');
}
