import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Built } from '../../reports/artefacts/run-results.ts';
import type { RunEvent } from './run-events.ts';

/** The last build that ended well in the events of a folder; undefined if there is none. */
export async function lastBuild(folder: string): Promise<Built | undefined> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names
    .filter((each) => each.endsWith('.ndjson'))
    .sort()
    .reverse()) {
    const events = (await readFile(join(folder, name), 'utf8')).split('\n').flatMap(eventIn);
    const end = events.findLast(({ eventType, job }) => eventType === 'COMPLETE' && job.name === 'build-period');
    if (!end) continue;
    const { runId } = end.run;
    const start = events.find(({ eventType, run }) => eventType === 'START' && run.runId === runId) ?? end;
    const rowCounts = end.outputs.flatMap(({ name: table, outputFacets }) =>
      outputFacets ? [[table, outputFacets.outputStatistics.rowCount] as const] : [],
    );
    return { startedAt: start.eventTime, finishedAt: end.eventTime, runId, rowCounts: new Map(rowCounts) };
  }
  return undefined;
}

/** A process that dies may leave the beginning of a line. */
function eventIn(line: string): RunEvent[] {
  try {
    return [JSON.parse(line) as RunEvent];
  } catch {
    return [];
  }
}
