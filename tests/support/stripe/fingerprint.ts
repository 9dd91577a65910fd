import { sha256Hex } from '../../../warehouse/ids.ts';

function sorted(_key: string, part: unknown): unknown {
  if (typeof part === 'bigint') return Number(part);
  if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
  return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The same digest for the same JSON value, whatever the order of its keys; `1n` counts as `1`. */
export function fingerprint(value: unknown): string {
  return sha256Hex(JSON.stringify(value, sorted));
}
