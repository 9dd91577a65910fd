import { DATASETS, type Dataset } from '../../datasets.ts';
import { Rejected } from '../../errors.ts';
import { present } from '../../invariant.ts';

/** Where the book of record stands on BigQuery. */
export interface BigQueryAddress {
  readonly project: string;
  /** Holds the models; the others stand beside it, under its name. */
  readonly dataset: string;
  /** Where the datasets are made and all jobs run. */
  readonly location: string;
  /** The dataset, `project.dataset`, that RudderStack itself loads; without it the raw tables are loaded from here. */
  readonly raw: string | undefined;
}

const FORM =
  'write it as bigquery://<project>/<dataset>, with ?location=<location>&raw=<dataset> where they are needed';
const PROJECT = /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/;
/** The longest name that a dataset may have is 1024; what stands beside it has a longer one. */
const DATASET = /^\w{1,1000}$/;
const LOCATION = /^[A-Za-z][A-Za-z0-9-]{1,40}$/;
const KNOWN = ['location', 'raw'];

/**
 * Reads `bigquery://<project>/<dataset>?location=EU&raw=<dataset>`, where `raw` may name another project as
 * `<project>.<dataset>`; without a location, it is BigQuery's own, `US`. Throws `Rejected` for anything else.
 */
export function parseBigQueryAddress(text: string): BigQueryAddress {
  const refused = (found: string): Rejected => new Rejected(`${JSON.stringify(text)} ${found}; ${FORM}.`);
  const [, project = '', dataset = '', search = ''] =
    /^bigquery:\/\/([^/?#]*)\/([^/?#]*)(?:\?([^#]*))?$/.exec(text) ?? [];
  if (!PROJECT.test(project)) throw refused('names no project of Google Cloud');
  if (!DATASET.test(dataset)) throw refused('names no dataset of BigQuery');
  const given = new URLSearchParams(search);
  for (const name of given.keys()) {
    if (!KNOWN.includes(name)) throw refused(`has the part ${name}, which nothing is known of`);
    if (given.getAll(name).length > 1) throw refused(`says twice what ${name} is`);
  }
  const location = given.get('location') ?? 'US';
  if (!LOCATION.test(location)) throw refused('names no location');
  return { project, dataset, location, raw: rawOf(given.get('raw'), { project, dataset, refused }) };
}

function rawOf(
  raw: string | null,
  { project, dataset, refused }: { project: string; dataset: string; refused: (found: string) => Rejected },
): string | undefined {
  if (raw === null) return undefined;
  const parts = raw.split('.');
  const [rawProject = '', rawDataset = ''] = parts.length === 1 ? [project, raw] : parts;
  if (parts.length > 2 || !PROJECT.test(rawProject) || !DATASET.test(rawDataset)) {
    throw refused('names no dataset that RudderStack loads');
  }
  if (rawProject === project && isOwnDataset(rawDataset, { dataset })) {
    throw refused(`names ${rawDataset}, which is a dataset of the warehouse itself, as the one that RudderStack loads`);
  }
  return `${rawProject}.${rawDataset}`;
}

/** The dataset of BigQuery that stands for one of the house: `raw` → `<dataset>_raw`. */
export function datasetOf(name: string, { dataset }: Pick<BigQueryAddress, 'dataset'>): string {
  const known = present(
    DATASETS.find((some) => some === name) as Dataset | undefined,
    `There is no dataset ${name} in this warehouse; there are ${DATASETS.join(', ')}.`,
  );
  return known === 'tantieme' ? dataset : `${dataset}_${known}`;
}

/** Whether a dataset of the same project is one of the warehouse's own. */
export function isOwnDataset(dataset: string, address: Pick<BigQueryAddress, 'dataset'>): boolean {
  return DATASETS.some((name) => datasetOf(name, address) === dataset);
}
