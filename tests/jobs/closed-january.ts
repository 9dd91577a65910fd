import { existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { closePeriod } from '../../jobs/close-period.ts';
import { randomId, sha256Hex } from '../../warehouse/ids.ts';
import { storesFolder } from '../warehouse/operational/fresh-store.ts';
import { type CreatorFixture, january, PAYABLE, recordJanuary } from './january.ts';
import type { TestServices } from './test-services.ts';

/**
 * Starts over with January closed for these creators, and with their accounts and charges at Stripe. Closing takes seconds, so a run of the
 * tests closes it once for the same creators, and every other test begins with the rows that this has left.
 */
export async function restartWithJanuary(
  harness: TestServices,
  fixtures: readonly CreatorFixture[] = PAYABLE,
): Promise<void> {
  const key = sha256Hex(JSON.stringify(fixtures)).slice(0, 16);
  const file = join(storesFolder(), `january-${key}.duckdb`);
  if (!existsSync(file)) await close(harness, { fixtures, file });
  await harness.restart({ saved: file });
  january(fixtures, harness.stripe);
}

/** Renamed when it is complete; of several closed at the same time, any one is used. */
async function close(
  harness: TestServices,
  { fixtures, file }: { fixtures: readonly CreatorFixture[]; file: string },
): Promise<void> {
  await harness.restart();
  await recordJanuary(harness, fixtures);
  await harness.run(closePeriod, '2026-01');
  const beside = join(storesFolder(), `${randomId('january')}.duckdb`);
  await harness.save(beside);
  await rename(beside, file);
}
