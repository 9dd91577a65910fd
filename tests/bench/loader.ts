/** Loads the spool of a folder, and prints how many events landed and the peak memory of this process. */
import { join } from 'node:path';
import { loadSegments } from '../../ingest/load/load-segments.ts';
import { openSpool } from '../../ingest/spool/open-spool.ts';
import { systemClock } from '../../warehouse/clock.ts';
import { freshWarehouse } from './month.ts';

const folder = process.argv[2] ?? '';
const warehouse = await freshWarehouse(folder);
const spool = await openSpool({ folder: join(folder, 'spool') });
const { landed } = await loadSegments(warehouse, {
  spool,
  clock: systemClock,
  onProgress: (text) => process.stderr.write(`\r${text}`),
});
process.stderr.write('\n');
// Measured before the stores are closed, because closing needs further memory.
const mebibytes = process.resourceUsage().maxRSS / 1024;
await spool.close();
await warehouse.close();
console.log(JSON.stringify({ landed, mebibytes }));
