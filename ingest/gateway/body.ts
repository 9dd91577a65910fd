import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { tooLarge, unreadable } from './refused.ts';

const unzip = promisify(gunzip);

/** What was compressed. Throws `Refused` beyond the bound, so that a bomb is never unpacked further than that. */
export async function unzipped(body: Buffer, maxBytes: number): Promise<Buffer> {
  try {
    return await unzip(body, { maxOutputLength: maxBytes });
  } catch (error) {
    throw error instanceof RangeError ? tooLarge() : unreadable();
  }
}
