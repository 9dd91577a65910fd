import type { TimestampFormat } from './cells.ts';
import {
  type DatasetResource,
  deleteDataset,
  getDataset,
  insertDataset,
  listDatasets,
  patchDataset,
} from './datasets.ts';
import type { Evaluation } from './evaluation.ts';
import type { Fault, Operation } from './faults.ts';
import type { QueryConfiguration } from './job-resource.ts';
import type { Job, JobRequest, Jobs } from './jobs.ts';
import { addressOf } from './names.ts';
import { Refusal } from './refusal.ts';
import { listPage, queryAnswer, rowsPage } from './results.ts';
import {
  deleteRoutine,
  getRoutine,
  insertRoutine,
  listRoutines,
  type RoutineResource,
  updateRoutine,
} from './routines.ts';
import type { Address, Storage } from './storage.ts';
import { changeTable, deleteTable, getTable, insertTable, listTables, type TableResource } from './tables.ts';

/** The services of the routes. */
export interface Service {
  readonly storage: Storage;
  readonly evaluation: Evaluation;
  readonly jobs: Jobs;
  readonly location: string;
}

/** The request of a route. */
export interface RouteRequest extends Service {
  /** The values of `:dataset`, `:table`, `:routine` and `:job` in the path. */
  readonly named: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
  /** The body of a load. */
  readonly media: Buffer | undefined;
  readonly etag: string | undefined;
  readonly fault: Fault | undefined;
}

export interface Route {
  readonly operation: Operation;
  readonly method: string;
  /** Relative to the project. */
  readonly path: string;
  readonly answer: (request: RouteRequest) => unknown;
}

/** Every operation of the local BigQuery, except the kinds of uploads. */
export const ROUTES: readonly Route[] = [
  list('datasets.list', '/datasets', 'datasets', ({ storage }) => listDatasets(storage)),
  post('datasets.insert', '/datasets', ({ storage, body, location }) =>
    insertDataset(storage, body as DatasetResource, location),
  ),
  get('datasets.get', '/datasets/:dataset', ({ storage, named }) => getDataset(storage, named.dataset ?? '')),
  change('datasets.patch', 'PATCH', '/datasets/:dataset', ({ storage, named, body }) =>
    patchDataset(storage, named.dataset ?? '', body as DatasetResource),
  ),
  change('datasets.update', 'PUT', '/datasets/:dataset', ({ storage, named, body }) =>
    patchDataset(storage, named.dataset ?? '', body as DatasetResource),
  ),
  change('datasets.delete', 'DELETE', '/datasets/:dataset', ({ storage, named, query }) =>
    deleteDataset(storage, named.dataset ?? '', query.deleteContents === 'true'),
  ),
  list('tables.list', '/datasets/:dataset/tables', 'tables', (request) =>
    listTables(request, request.named.dataset ?? ''),
  ),
  post('tables.insert', '/datasets/:dataset/tables', (request) =>
    insertTable(request, request.named.dataset ?? '', request.body as TableResource),
  ),
  get('tables.get', '/datasets/:dataset/tables/:table', (request) => getTable(request, tableOf(request))),
  change('tables.patch', 'PATCH', '/datasets/:dataset/tables/:table', (request) =>
    changeTable(request, tableOf(request), { given: request.body as TableResource, whole: false, etag: request.etag }),
  ),
  change('tables.update', 'PUT', '/datasets/:dataset/tables/:table', (request) =>
    changeTable(request, tableOf(request), { given: request.body as TableResource, whole: true, etag: request.etag }),
  ),
  change('tables.delete', 'DELETE', '/datasets/:dataset/tables/:table', (request) =>
    deleteTable(request, tableOf(request)),
  ),
  get('tabledata.list', '/datasets/:dataset/tables/:table/data', (request) => {
    const { fields, rows } = request.storage.table(tableOf(request));
    const cells = rows.map(({ values }) => fields.map(({ name }) => values[name] ?? null));
    return rowsPage({ fields, rows: cells }, request.query, timestampsOf(request.query));
  }),
  list('routines.list', '/datasets/:dataset/routines', 'routines', ({ storage, named }) =>
    listRoutines(storage, named.dataset ?? ''),
  ),
  post('routines.insert', '/datasets/:dataset/routines', ({ storage, named, body }) =>
    insertRoutine(storage, named.dataset ?? '', body as RoutineResource),
  ),
  get('routines.get', '/datasets/:dataset/routines/:routine', ({ storage, named }) =>
    getRoutine(storage, named.dataset ?? '', named.routine ?? ''),
  ),
  change('routines.update', 'PUT', '/datasets/:dataset/routines/:routine', ({ storage, named, body }) =>
    updateRoutine(storage, { dataset: named.dataset ?? '', id: named.routine ?? '' }, body as RoutineResource),
  ),
  change('routines.delete', 'DELETE', '/datasets/:dataset/routines/:routine', ({ storage, named }) =>
    deleteRoutine(storage, named.dataset ?? '', named.routine ?? ''),
  ),
  list('jobs.list', '/jobs', 'jobs', ({ jobs }) => jobs.all().reverse()),
  post('jobs.insert', '/jobs', ({ jobs, body, media, fault }) => jobs.insert(body as JobRequest, { media, fault })),
  get('jobs.get', '/jobs/:job', ({ jobs, named, query }) => jobs.get(named.job ?? '', query.location).resource),
  post('jobs.query', '/queries', queryAtOnce),
  get('jobs.getQueryResults', '/queries/:job', async ({ jobs, named, query, fault }) => {
    const job = jobs.get(named.job ?? '', query.location);
    if (fault === 'incomplete' || fault === 'bare') return emptyAnswer(job, { jobComplete: fault === 'bare' });
    const page: { readonly rows?: readonly object[] } = await resultsOf(job, query);
    return fault === 'short' ? { ...page, rows: page.rows?.slice(0, -1) } : page;
  }),
];

function get(operation: Operation, path: string, answer: Route['answer']): Route {
  return { operation, method: 'GET', path, answer };
}

function post(operation: Operation, path: string, answer: Route['answer']): Route {
  return { operation, method: 'POST', path, answer };
}

function change(operation: Operation, method: string, path: string, answer: Route['answer']): Route {
  return { operation, method, path, answer };
}

function list(
  operation: Operation,
  path: string,
  kind: string,
  items: (request: RouteRequest) => readonly object[],
): Route {
  return get(operation, path, (request) => listPage(kind, items(request), request.query));
}

function tableOf({ storage, named }: RouteRequest): Address {
  const { projectId } = storage;
  return addressOf({ projectId, datasetId: named.dataset ?? '', tableId: named.table ?? '' }, projectId);
}

interface QueryRequest extends QueryConfiguration {
  readonly dryRun?: boolean;
  readonly maxResults?: number;
  readonly timeoutMs?: number;
  readonly location?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly formatOptions?: { readonly useInt64Timestamp?: boolean; readonly timestampOutputFormat?: string };
  readonly requestId?: string;
  readonly jobCreationMode?: string;
}

/** A job whose first page is in the response, or its refusal. */
async function queryAtOnce({ storage, jobs, body, fault }: RouteRequest): Promise<object> {
  const {
    dryRun,
    maxResults,
    timeoutMs,
    location,
    labels,
    formatOptions = {},
    requestId,
    jobCreationMode,
    ...query
  } = body as QueryRequest;
  const configuration = { query, ...(labels && { labels }), ...(dryRun && { dryRun }) };
  const jobReference = { projectId: storage.projectId, ...(location && { location }) };
  const resource = await jobs.insert({ jobReference, configuration }, { fault });
  if (dryRun) return { jobComplete: true, ...resource.statistics, ...resource.statistics.query };
  const options = Object.entries(formatOptions).map(([name, value]) => [`formatOptions.${name}`, String(value)]);
  return resultsOf(jobs.get(resource.jobReference.jobId, resource.jobReference.location), {
    ...Object.fromEntries(options),
    ...(maxResults === undefined ? {} : { maxResults: String(maxResults) }),
    ...(timeoutMs === undefined ? {} : { timeoutMs: String(timeoutMs) }),
  });
}

const USUAL_TIMEOUT_MS = 10_000;

/** The results of a job when it is done, or that it is not within the timeout. */
async function resultsOf(job: Job, query: Readonly<Record<string, string>>): Promise<object> {
  const patience = Promise.withResolvers<void>();
  const timer = setTimeout(patience.resolve, Number(query.timeoutMs ?? USUAL_TIMEOUT_MS));
  await Promise.race([job.ended, patience.promise]);
  clearTimeout(timer);
  const { status } = job.resource;
  if (status.state !== 'DONE') return emptyAnswer(job, { jobComplete: false });
  if (status.errorResult) throw new JobFailed(status.errorResult);
  return queryAnswer(job, query, timestampsOf(query));
}

/** A response without rows. */
function emptyAnswer({ resource }: Job, { jobComplete }: { jobComplete: boolean }): object {
  return { kind: 'bigquery#getQueryResultsResponse', jobReference: resource.jobReference, jobComplete };
}

/** The error of a job, with the status of its reason. */
class JobFailed extends Refusal {
  constructor({ reason, message }: { reason: string; message: string }) {
    super(reason as Refusal['reason'], message);
  }
}

function timestampsOf(query: Readonly<Record<string, string>>): TimestampFormat {
  const format = query['formatOptions.timestampOutputFormat'];
  if (format === 'ISO8601_STRING' || format === 'INT64') return format;
  return query['formatOptions.useInt64Timestamp'] === 'true' ? 'INT64' : 'FLOAT64';
}

/** The route of a request and the values in its path. Refuses unknown requests. */
export function findRoute(method: string, path: string): { route: Route; named: Record<string, string> } {
  const segments = path.split('/');
  for (const route of ROUTES) {
    const pattern = route.path.split('/');
    if (route.method !== method || pattern.length !== segments.length) continue;
    if (!pattern.every((part, at) => part.startsWith(':') || part === segments[at])) continue;
    const named = pattern.flatMap((part, at) =>
      part.startsWith(':') ? [[part.slice(1), decodeURIComponent(segments[at] ?? '')] as const] : [],
    );
    return { route, named: Object.fromEntries(named) };
  }
  throw new Refusal('notImplemented', `The local BigQuery does not support this request: ${method} ${path}`);
}
