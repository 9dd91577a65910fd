import { LEDGER_TABLES } from '../../transforms/ledger/tables.ts';
import { MODELS } from '../../transforms/models.ts';
import { MARTS } from '../../transforms/published/published.ts';
import { instant } from '../../warehouse/clock.ts';
import { derivedUuid } from '../../warehouse/ids.ts';
import { type Period, periodEnd, periodStart } from '../../warehouse/period.ts';

/**
 * Events of OpenLineage. Source of the shapes: its specification 2-0-2, https://openlineage.io/spec/2-0-2/OpenLineage.json, and the facets
 * named below.
 */
export interface RunEvent {
  readonly eventType: 'START' | 'COMPLETE' | 'FAIL';
  readonly eventTime: string;
  readonly producer: string;
  readonly schemaURL: string;
  readonly run: { readonly runId: string; readonly facets: Facets };
  readonly job: { readonly namespace: string; readonly name: string; readonly facets: Facets };
  readonly inputs: readonly Dataset[];
  readonly outputs: readonly Dataset[];
}

export interface Dataset {
  readonly namespace: string;
  readonly name: string;
  readonly outputFacets?: { readonly outputStatistics: Facet & { readonly rowCount: number } };
}

interface Facet {
  readonly _producer: string;
  readonly _schemaURL: string;
}
type Facets = Readonly<Record<string, Facet & Readonly<Record<string, unknown>>>>;

/** A run of a job, as far as it is known. */
export interface LineageRun {
  readonly runId: string;
  readonly job: { readonly name: string; readonly meaning: string };
  readonly period: Period | undefined;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** How a run ended; undefined at its start. */
export type LineageEnd = { readonly outcome: Readonly<Record<string, unknown>> } | { readonly error: string };

const PRODUCER = 'urn:tantieme:jobs';
/** Of jobs and tables: the tables have no other address, as an installation has one warehouse. */
const NAMESPACE = 'tantieme';

const facet = (name: string, version: string): Facet => ({
  _producer: PRODUCER,
  _schemaURL: `https://openlineage.io/spec/facets/${version}/${name}.json#/$defs/${name}`,
});

interface Tables {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

const MODEL_NAMES: ReadonlySet<string> = new Set(MODELS.map(({ name }) => name));
const SOURCES = [...new Set(MODELS.flatMap(({ reads }) => reads))].filter((name) => !MODEL_NAMES.has(name)).sort();
const BUILT = MODELS.filter(({ kind }) => kind === 'period').map(({ name }) => name);
const LEDGER = LEDGER_TABLES.map(({ name }) => name);

/** The jobs that are reported, with what they read and write. */
const TABLES: Readonly<Record<string, Tables>> = {
  'build-period': { inputs: SOURCES, outputs: BUILT },
  'close-period': { inputs: SOURCES, outputs: LEDGER },
  'publish-marts': {
    inputs: MARTS.map(({ name }) => name),
    outputs: MARTS.map(({ name }) => name.replace('tantieme.', 'published.')),
  },
};

export const isReported = (job: string): boolean => Object.hasOwn(TABLES, job);

/** The event of the start or the end of a run whose job is reported. */
export function runEvent({ runId, job, period, at }: LineageRun, end?: LineageEnd): RunEvent {
  const { inputs, outputs } = TABLES[job.name] ?? { inputs: [], outputs: [] };
  const rows = end && 'outcome' in end ? rowCounts(end.outcome) : new Map<string, number>();
  return {
    eventType: end === undefined ? 'START' : 'error' in end ? 'FAIL' : 'COMPLETE',
    eventTime: instant(at),
    producer: PRODUCER,
    schemaURL: 'https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent',
    run: {
      runId: derivedUuid(runId),
      facets: {
        ...(period !== undefined && {
          nominalTime: {
            ...facet('NominalTimeRunFacet', '1-0-1'),
            ...{ nominalStartTime: instant(periodStart(period)), nominalEndTime: instant(periodEnd(period)) },
          },
        }),
        ...(end &&
          'error' in end && {
            errorMessage: {
              ...facet('ErrorMessageRunFacet', '1-0-1'),
              ...{ message: end.error, programmingLanguage: 'TypeScript' },
            },
          }),
      },
    },
    job: {
      ...{ namespace: NAMESPACE, name: job.name },
      facets: {
        jobType: {
          ...facet('JobTypeJobFacet', '2-0-3'),
          ...{ processingType: 'BATCH', integration: 'TANTIEME', jobType: 'JOB' },
        },
        documentation: { ...facet('DocumentationJobFacet', '1-0-1'), description: job.meaning },
      },
    },
    inputs: inputs.map((name) => ({ namespace: NAMESPACE, name })),
    outputs: outputs.map((name) => {
      const rowCount = rows.get(name);
      if (rowCount === undefined) return { namespace: NAMESPACE, name };
      const outputStatistics = { ...facet('OutputStatisticsOutputDatasetFacet', '1-0-2'), rowCount };
      return { namespace: NAMESPACE, name, outputFacets: { outputStatistics } };
    }),
  };
}

/** The rows of each model, of which a build reports how many it has written. */
function rowCounts({ rows }: Readonly<Record<string, unknown>>): ReadonlyMap<string, number> {
  return new Map(Object.entries((rows ?? {}) as Readonly<Record<string, number>>));
}
