/** Loads what waits in a folder's spool, and prints how many events landed and the most memory that this process held. */
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
// Before the stores are closed: closing takes memory of its own, which is not the load's.
const mebibytes = process.resourceUsage().maxRSS / 1024;
await spool.close();
await warehouse.close();
console.log(JSON.stringify({ landed, mebibytes }));
