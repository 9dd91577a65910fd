import type { Period } from '../../warehouse/period.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import { build } from '../engine/build.ts';
import { requireClose } from './closing.ts';
import { type BooksReader, sealOf } from './seal.ts';

/** Recomputes a closed period from the raw events and compares the seals; changes nothing. Throws `Conflict` if it is open. */
export async function verifyPeriod(
  warehouse: Warehouse,
  period: Period,
): Promise<{ recorded: string; stored: string; recomputed: string; holds: boolean }> {
  const close = await requireClose(warehouse, period);
  const seal = async (reader: BooksReader): Promise<string> =>
    (await sealOf(reader, { period, previousSeal: close.previous_seal })).seal;
  const stored = await seal(warehouse);
  const recomputed = await warehouse.withRollback(async (writer) => {
    await build(writer, period, { parts: ['books'] });
    return seal(writer);
  });
  return { recorded: close.seal, stored, recomputed, holds: close.seal === stored && close.seal === recomputed };
}
