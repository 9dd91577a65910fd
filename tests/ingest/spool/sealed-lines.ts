import { readFile } from 'node:fs/promises';
import { expect } from 'vitest';
import type { Spool } from '../../../ingest/spool/spool.ts';
import { sha256Hex } from '../../../warehouse/ids.ts';

/** All sealed lines in order; each segment is checked against its hash, count and size. */
export async function sealedLines(spool: Spool): Promise<string[]> {
  const lines: string[] = [];
  for (const segment of await spool.segments()) {
    const text = await readFile(segment.path, 'utf8');
    const own = text.split('\n').slice(0, -1);
    expect([sha256Hex(text), own.length, Buffer.byteLength(text), text.at(-1)]).toEqual([
      segment.sha256,
      segment.event_count,
      segment.byte_count,
      '\n',
    ]);
    lines.push(...own);
  }
  return lines;
}
