import { DATASETS, type Dataset } from '../../datasets.ts';
import { Rejected } from '../../errors.ts';
import { requirePresent } from '../../invariant.ts';

/** The address of the warehouse on BigQuery. */
export interface BigQueryAddress {
  readonly project: string;
  /** The dataset of the models; the names of the other datasets begin with it. */
  readonly dataset: string;
  /** The location of the datasets and of all jobs. */
  readonly location: string;
  /** The dataset, `project.dataset`, that RudderStack itself loads; if undefined, our loader fills the raw tables. */
  readonly raw: string | undefined;
  /** For a scratch catalogue: all its tables and functions are in the scratch dataset, and their names begin with this. */
  readonly scratch?: string | undefined;
}

const FORM = 'write it as bigquery://<project>/<dataset>, optionally with ?location=<location>&raw=<dataset>';
const PROJECT = /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/;
/** BigQuery allows 1024 characters; the names of the other datasets add a suffix. */
const DATASET = /^\w{1,1000}$/;
const LOCATION = /^[A-Za-z][A-Za-z0-9-]{1,40}$/;
const KNOWN = ['location', 'raw'];

/**
 * Parses `bigquery://<project>/<dataset>?location=EU&raw=<dataset>`. `raw` may be in another project:
 * `<project>.<dataset>`; the default location is BigQuery's, `US`. Throws `Rejected` for anything else.
 */
export function parseBigQueryAddress(text: string): BigQueryAddress {
  const refused = (found: string): Rejected => new Rejected(`${JSON.stringify(text)} ${found}; ${FORM}.`);
  const [, project = '', dataset = '', search = ''] =
    /^bigquery:\/\/([^/?#]*)\/([^/?#]*)(?:\?([^#]*))?$/.exec(text) ?? [];
  if (!PROJECT.test(project)) throw refused('has no valid Google Cloud project');
  if (!DATASET.test(dataset)) throw refused('has no valid BigQuery dataset');
  const parameters = new URLSearchParams(search);
  for (const name of parameters.keys()) {
    if (!KNOWN.includes(name)) throw refused(`has the unknown parameter ${name}`);
    if (parameters.getAll(name).length > 1) throw refused(`has the parameter ${name} twice`);
  }
  const location = parameters.get('location') ?? 'US';
  if (!LOCATION.test(location)) throw refused('has no valid location');
  return { project, dataset, location, raw: parseRaw(parameters.get('raw'), { project, dataset, refused }) };
}

function parseRaw(
  raw: string | null,
  { project, dataset, refused }: { project: string; dataset: string; refused: (found: string) => Rejected },
): string | undefined {
  if (raw === null) return undefined;
  const parts = raw.split('.');
  const [rawProject = '', rawDataset = ''] = parts.length === 1 ? [project, raw] : parts;
  if (parts.length > 2 || !PROJECT.test(rawProject) || !DATASET.test(rawDataset)) {
    throw refused('has no valid dataset in raw=');
  }
  if (rawProject === project && isOwnDataset(rawDataset, { dataset })) {
    throw refused(
      `has ${rawDataset} in raw=, which is a dataset of the warehouse itself, not one that RudderStack loads`,
    );
  }
  return `${rawProject}.${rawDataset}`;
}

/** The BigQuery dataset of one of our datasets: `raw` → `<dataset>_raw`. */
export function datasetOf(name: string, { dataset, scratch }: Pick<BigQueryAddress, 'dataset' | 'scratch'>): string {
  const known = requirePresent(
    DATASETS.find((some) => some === name) as Dataset | undefined,
    `The warehouse has no dataset ${name}; its datasets are ${DATASETS.join(', ')}.`,
  );
  if (scratch !== undefined) return `${dataset}_scratch`;
  return known === 'tantieme' ? dataset : `${dataset}_${known}`;
}

/** Whether a dataset of the same project is one of the warehouse's own. */
function isOwnDataset(dataset: string, address: Pick<BigQueryAddress, 'dataset'>): boolean {
  return DATASETS.some((name) => datasetOf(name, address) === dataset);
}
