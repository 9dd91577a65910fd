import { MODELS } from '../../transforms/models.ts';
import { type ArtefactsOf, checkIdsOf, idOf, metadataOf } from './artefacts.ts';

/** A build, as the events of its start and end have it. */
export interface Built {
  /** Instants. */
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly runId: string;
  /** The rows that each model got; a model without them was not built. */
  readonly rowCounts: ReadonlyMap<string, number>;
}

/**
 * What a build wrote, and the checks that it passed, as `run_results.json` of dbt (version 6). A build that fails a check leaves nothing, so
 * every result is a success; times are those of the whole build, as its parts are not timed.
 */
export function runResults(built: Built, of: ArtefactsOf): Readonly<Record<string, unknown>> {
  const { startedAt, finishedAt, runId, rowCounts } = built;
  const timing = [{ name: 'execute', started_at: startedAt, completed_at: finishedAt }];
  const resultOf = (unique_id: string, more: object) => ({
    ...{ unique_id, timing, thread_id: 'main', execution_time: 0, message: null, failures: null },
    ...{ compiled: null, compiled_code: null, relation_name: null, adapter_response: {} },
    ...more,
  });
  const models = MODELS.filter(({ name }) => rowCounts.has(name));
  return {
    metadata: { ...metadataOf('run-results/v6', of), invocation_id: runId },
    results: [
      ...models.map(({ name }) =>
        resultOf(idOf(name), { status: 'success', adapter_response: { rows_affected: rowCounts.get(name) } }),
      ),
      ...models.flatMap(checkIdsOf).map((id) => resultOf(id, { status: 'pass', failures: 0 })),
    ],
    elapsed_time: (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000,
    args: {},
  };
}
