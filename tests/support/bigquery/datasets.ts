import { invalid, Refusal, unable } from './refusal.ts';
import type { Dataset, Storage } from './storage.ts';

export interface DatasetResource {
  readonly datasetReference?: { readonly datasetId: string; readonly projectId?: string };
  readonly location?: string;
  readonly description?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly defaultTableExpirationMs?: string | number;
  readonly access?: readonly object[];
}

/** Fields that a client sends but that have no effect, such as those of an earlier response. */
const IGNORED_KEYS = ['projectId', 'kind', 'etag', 'id', 'creationTime', 'lastModifiedTime'];

const KNOWN_KEYS = [
  'datasetReference',
  'location',
  'description',
  'labels',
  'defaultTableExpirationMs',
  'access',
  ...IGNORED_KEYS,
];

export function insertDataset(storage: Storage, given: DatasetResource, location: string): object {
  const id = given.datasetReference?.datasetId ?? '';
  if (!/^\w{1,1024}$/.test(id)) throw invalid(`Invalid dataset ID "${id}".`);
  if (storage.datasets.has(id)) {
    throw new Refusal('duplicate', `Already Exists: Dataset ${storage.projectId}:${id}`);
  }
  const now = storage.clock.now();
  const dataset = { id, location: given.location ?? location, created_at_ms: now, modified_at_ms: now };
  storage.datasets.set(id, { ...dataset, ...described(given) });
  return getDataset(storage, id);
}

export function getDataset(storage: Storage, id: string): object {
  return resourceOf(storage, storage.dataset(id));
}

export function patchDataset(storage: Storage, id: string, given: DatasetResource): object {
  const dataset = storage.dataset(id);
  if (given.location !== undefined && given.location.toLowerCase() !== dataset.location.toLowerCase()) {
    throw invalid(`Cannot change the location of the dataset ${storage.projectId}:${id}`);
  }
  storage.datasets.set(id, { ...dataset, ...described(given), modified_at_ms: storage.clock.now() });
  return getDataset(storage, id);
}

export function deleteDataset(storage: Storage, id: string, withContents: boolean): void {
  storage.dataset(id);
  const tables = storage.tablesIn(id);
  const routines = storage.routinesIn(id);
  if (!withContents && tables.length + routines.length > 0) {
    throw new Refusal('resourceInUse', `Dataset ${storage.projectId}:${id} is still in use`);
  }
  for (const table of tables) storage.drop({ dataset: id, table: table.id });
  for (const routine of routines) storage.dropRoutine(id, routine.id);
  storage.datasets.delete(id);
}

export function listDatasets(storage: Storage): object[] {
  return [...storage.datasets.values()].sort((a, b) => (a.id < b.id ? -1 : 1)).map((each) => resourceOf(storage, each));
}

function described(given: DatasetResource): Partial<Dataset> {
  const odd = Object.keys(given).find((key) => !KNOWN_KEYS.includes(key));
  if (odd !== undefined) throw unable(`keep "${odd}" of a dataset`);
  const { description, labels, access, defaultTableExpirationMs: ms } = given;
  return {
    ...(description === undefined ? {} : { description }),
    ...(labels && { labels }),
    ...(access && { access }),
    ...(ms === undefined ? {} : { defaultTableExpirationMs: String(ms) }),
  };
}

function resourceOf({ projectId }: Storage, { id, created_at_ms, modified_at_ms, ...rest }: Dataset): object {
  return {
    kind: 'bigquery#dataset',
    id: `${projectId}:${id}`,
    datasetReference: { projectId, datasetId: id },
    creationTime: String(created_at_ms),
    lastModifiedTime: String(modified_at_ms),
    ...rest,
  };
}
