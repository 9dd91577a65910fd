import { crc32, deflateSync } from 'node:zlib';

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

/** A PNG of 8 × 4 pixels in one colour: RGB (colour type 2), or another type of the given channels. */
export function png({ colourType = 2, channels = 3, interlace = 0, extra = [] as Buffer[] } = {}): Buffer {
  const header = Buffer.from([0, 0, 0, 8, 0, 0, 0, 4, 8, colourType, 0, 0, interlace]);
  const rows = Buffer.concat(Array.from({ length: 4 }, () => Buffer.from([0, ...Array(8 * channels).fill(90)])));
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    ...extra,
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

export const TRANSPARENT_COLOUR = chunk('tRNS', Buffer.alloc(6));
