/** `npm run bench [name]`: each benchmark prints its figure beside a limit that was measured in the same run. */
import { benchBacklog } from './backlog.ts';
import { benchBooks } from './books.ts';
import { benchBuild } from './build.ts';
import { benchGateway } from './gateway.ts';
import { benchGatewayLatency } from './gateway-latency.ts';
import { benchIssue } from './issue.ts';
import { benchLoad } from './load.ts';
import { benchMarts } from './marts.ts';
import { print } from './measure.ts';
import { benchStart } from './start.ts';
import { benchStatements } from './statements.ts';

const BENCHMARKS = {
  gateway: benchGateway,
  'gateway-latency': benchGatewayLatency,
  load: benchLoad,
  backlog: benchBacklog,
  build: benchBuild,
  books: benchBooks,
  statements: benchStatements,
  issue: benchIssue,
  marts: benchMarts,
  start: benchStart,
};

const wanted = process.argv[2];
if (wanted !== undefined && !(wanted in BENCHMARKS)) {
  console.error(
    `There is no benchmark ${JSON.stringify(wanted)}. Choose one of ${Object.keys(BENCHMARKS).join(', ')}, or none to run all.`,
  );
  process.exit(2);
}
for (const [name, bench] of Object.entries(BENCHMARKS)) {
  if (wanted === undefined || wanted === name) for (const figure of [await bench()].flat()) print(figure);
}
