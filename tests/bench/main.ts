/** `npm run bench [name]`: each benchmark prints its figure beside a limit that was measured in the same run. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { STORES_FOLDER } from '../warehouse/operational/fresh-store.ts';
import { benchBacklog } from './backlog.ts';
import { benchBooks } from './books.ts';
import { benchBooksBesideDbt } from './books-beside-dbt.ts';
import { benchBuild } from './build.ts';
import { benchGateway } from './gateway.ts';
import { benchGatewayLatency } from './gateway-latency.ts';
import { benchIssue } from './issue.ts';
import { benchLoad } from './load.ts';
import { benchMarts } from './marts.ts';
import { type Figure, print } from './measure.ts';
import { benchMonths } from './months.ts';
import { benchPages } from './pages.ts';
import { benchPayouts } from './payouts.ts';
import { benchPublish } from './publish.ts';
import { benchReconcile } from './reconcile.ts';
import { benchSnapshot } from './snapshot.ts';
import { benchStart } from './start.ts';
import { benchStatements } from './statements.ts';

const BENCHMARKS = {
  gateway: benchGateway,
  'gateway-latency': benchGatewayLatency,
  load: benchLoad,
  backlog: benchBacklog,
  build: benchBuild,
  books: benchBooks,
  months: benchMonths,
  statements: benchStatements,
  issue: benchIssue,
  payouts: benchPayouts,
  reconcile: benchReconcile,
  marts: benchMarts,
  snapshot: benchSnapshot,
  publish: benchPublish,
  pages: benchPages,
  start: benchStart,
};

/** Benchmarks that compare ours with another program that does the same: `npm run bench -- books --peer dbt`. */
const BESIDE_PEERS: Readonly<Record<string, () => Promise<Figure[]>>> = { 'books --peer dbt': benchBooksBesideDbt };

const stores = mkdtempSync(join(tmpdir(), 'tantieme-bench-stores-'));
process.env[STORES_FOLDER] = stores;
process.on('exit', () => rmSync(stores, { recursive: true, force: true }));

const { positionals, values } = parseArgs({ allowPositionals: true, options: { peer: { type: 'string' } } });
const [wanted] = positionals;
if (values.peer !== undefined) {
  const bench = BESIDE_PEERS[`${wanted} --peer ${values.peer}`];
  if (!bench) refuse(`There is no such comparison. There is: ${Object.keys(BESIDE_PEERS).join(', ')}.`);
  for (const figure of await bench()) print(figure);
} else {
  if (wanted !== undefined && !(wanted in BENCHMARKS))
    refuse(
      `There is no benchmark ${JSON.stringify(wanted)}. Choose one of ${Object.keys(BENCHMARKS).join(', ')}, or none to run all.`,
    );
  for (const [name, bench] of Object.entries(BENCHMARKS)) {
    if (wanted === undefined || wanted === name) for (const figure of [await bench()].flat()) print(figure);
  }
}

function refuse(sentence: string): never {
  console.error(sentence);
  process.exit(2);
}
