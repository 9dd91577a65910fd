import type { ColumnType } from '../../../warehouse/vocabulary/tables.ts';
import { requireProject } from './names.ts';
import { invalid, Refusal, unable } from './refusal.ts';
import { typeNamed, typeNameOf } from './schema.ts';
import type { Routine, Storage } from './storage.ts';

/** A persistent function as the API accepts it: https://cloud.google.com/bigquery/docs/reference/rest/v2/routines */
export interface RoutineResource {
  readonly routineReference?: { readonly projectId?: string; readonly routineId: string };
  readonly routineType?: string;
  readonly language?: string;
  readonly arguments?: readonly ArgumentResource[];
  readonly definitionBody?: string;
  readonly description?: string;
  readonly returnType?: unknown;
}

interface ArgumentResource {
  readonly name: string;
  readonly argumentKind?: string;
  readonly dataType?: { readonly typeKind: string };
}

const KNOWN_KEYS = [
  ...['routineReference', 'routineType', 'language', 'arguments', 'definitionBody', 'description'],
  ...['kind', 'etag', 'creationTime', 'lastModifiedTime'],
];

export function insertRoutine(storage: Storage, dataset: string, given: RoutineResource): object {
  storage.dataset(dataset);
  requireProject(given.routineReference?.projectId, storage.projectId);
  const id = given.routineReference?.routineId ?? '';
  if (!/^[A-Za-z]\w{0,255}$/.test(id)) throw invalid(`Invalid routine ID "${id}".`);
  if (storage.routine(dataset, id)) {
    throw new Refusal('duplicate', `Already Exists: Routine ${nameOf(storage, dataset, id)}`);
  }
  const now = storage.clock.now();
  const routine = { ...read(given), dataset, id, created_at_ms: now, modified_at_ms: now };
  return resourceOf(storage, storage.putRoutine(routine));
}

export function updateRoutine(
  storage: Storage,
  { dataset, id }: { dataset: string; id: string },
  given: RoutineResource,
): object {
  const { created_at_ms } = found(storage, dataset, id);
  const routine = { ...read(given), dataset, id, created_at_ms, modified_at_ms: storage.clock.now() };
  return resourceOf(storage, storage.putRoutine(routine));
}

export function getRoutine(storage: Storage, dataset: string, id: string): object {
  return resourceOf(storage, found(storage, dataset, id));
}

export function deleteRoutine(storage: Storage, dataset: string, id: string): void {
  found(storage, dataset, id);
  storage.dropRoutine(dataset, id);
}

export function listRoutines(storage: Storage, dataset: string): object[] {
  storage.dataset(dataset);
  return storage.routinesIn(dataset).map((routine) => resourceOf(storage, routine));
}

function read(given: RoutineResource): Pick<Routine, 'parameters' | 'body' | 'description'> {
  const odd = Object.keys(given).find((key) => !KNOWN_KEYS.includes(key));
  if (odd !== undefined) throw unable(`keep "${odd}" of a routine`);
  if (given.routineType !== 'SCALAR_FUNCTION') throw unable(`make a routine of the type ${given.routineType}`);
  if (given.language !== undefined && given.language !== 'SQL') throw unable(`make a routine in ${given.language}`);
  const { definitionBody: body, description } = given;
  if (!body) throw invalid('Required parameter is missing: definitionBody');
  const parameters = (given.arguments ?? []).map(({ name, argumentKind, dataType }) => {
    const type: ColumnType | undefined = argumentKind === 'ANY_TYPE' ? undefined : typeNamed(dataType?.typeKind ?? '');
    return { name, ...(type && { type }) };
  });
  return { parameters, body, ...(description === undefined ? {} : { description }) };
}

function found(storage: Storage, dataset: string, id: string): Routine {
  storage.dataset(dataset);
  const routine = storage.routine(dataset, id);
  if (!routine) throw new Refusal('notFound', `Not found: Routine ${nameOf(storage, dataset, id)}`);
  return routine;
}

const nameOf = ({ projectId }: Storage, dataset: string, id: string): string => `${projectId}:${dataset}.${id}`;

function resourceOf({ projectId }: Storage, routine: Routine): object {
  const { dataset, id, parameters, body, description, created_at_ms, modified_at_ms } = routine;
  return {
    routineReference: { projectId, datasetId: dataset, routineId: id },
    routineType: 'SCALAR_FUNCTION',
    language: 'SQL',
    arguments: parameters.map(({ name, type }) =>
      type === undefined ? { name, argumentKind: 'ANY_TYPE' } : { name, dataType: { typeKind: typeKindOf(type) } },
    ),
    definitionBody: body,
    ...(description === undefined ? {} : { description }),
    creationTime: String(created_at_ms),
    lastModifiedTime: String(modified_at_ms),
  };
}

/** Only here the API uses `INT64` instead of `INTEGER`. */
function typeKindOf(type: ColumnType): string {
  const kinds: Partial<Record<ColumnType, string>> = { int64: 'INT64', bool: 'BOOL', float: 'FLOAT64' };
  return kinds[type] ?? typeNameOf(type);
}
