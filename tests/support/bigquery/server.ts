import type { ServerResponse } from 'node:http';
import { messageOf } from '../../../warehouse/errors.ts';
import { type LocalServer, type LocalServerParts, type ReceivedRequest, startLocalServer } from '../loopback.ts';
import type { Fault, Faults, JobKind, Operation, SeenRequest } from './faults.ts';
import { type JobRequest, jobKindOf } from './jobs.ts';
import { errorAnswer, invalid, type Problem, Refusal } from './refusal.ts';
import { findRoute, type Route, type Service } from './routes.ts';
import { ResumableUploads, readMultipart } from './uploads.ts';

export interface ServerOptions extends Pick<LocalServerParts, 'port' | 'failures' | 'close'> {
  readonly service: Service;
  readonly faults: Faults;
  readonly requests: SeenRequest[];
}

interface Received extends ReceivedRequest {
  readonly query: Readonly<Record<string, string>>;
}

interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The kind of a request, and how to answer it. */
interface Matter {
  readonly operation: Operation;
  readonly job?: JobRequest;
  readonly answer: (fault: Fault | undefined) => Promise<Answer>;
}

export async function serve(options: ServerOptions): Promise<LocalServer> {
  const uploads = new ResumableUploads();
  return startLocalServer({
    ...options,
    async answer(request, response) {
      const query = Object.fromEntries(new URLSearchParams(request.search));
      await attend({ ...request, query }, response, { ...options, uploads });
    },
    answerFailure(thrown, response) {
      deliver(response, errorAnswer({ reason: 'internalError', message: messageOf(thrown) }));
    },
  });
}

interface Behind extends ServerOptions {
  readonly uploads: ResumableUploads;
}

/** Refused before anything is executed. */
const REFUSED: Readonly<Record<string, Problem>> = {
  '503': { reason: 'backendError', message: 'The service is currently unavailable.' },
  '429': { reason: 'rateLimitExceeded', message: 'Exceeded rate limits: too many api requests for this project.' },
  '401': { reason: 'authError', message: 'Request had invalid authentication credentials.' },
};

/** Handles a request: its kind, then its fault, then its response. Each request is recorded. */
async function attend(received: Received, response: ServerResponse, behind: Behind): Promise<void> {
  const { incoming, method, path, query } = received;
  const matter = matterOf(received, behind);
  const kind: JobKind | undefined = matter.job && jobKindOf(matter.job.configuration);
  const jobId = matter.job?.jobReference?.jobId;
  const seen: SeenRequest = {
    operation: matter.operation,
    method,
    path,
    query,
    authorization: incoming.headers.authorization,
    ...(kind && { jobKind: kind }),
    ...(jobId && { jobId }),
    status: 0,
  };
  behind.requests.push(seen);
  const fault = behind.faults.take({ operation: matter.operation, jobKind: kind, path });
  if (fault === 'reset') return void response.destroy();
  if (typeof fault === 'object' && 'meanwhile' in fault) await fault.meanwhile();
  const problem = refusalOf(fault);
  const answer = problem ? errorAnswer(problem) : await answered(matter, fault);
  if (fault === 'lost') return void response.destroy();
  seen.status = answer.status;
  deliver(response, answer);
}

function refusalOf(fault: Fault | undefined): Problem | undefined {
  if (typeof fault === 'string') return REFUSED[fault];
  return fault && 'refused' in fault ? { reason: fault.refused, message: 'A fault of the test.' } : undefined;
}

async function answered(matter: Matter, fault: Fault | undefined): Promise<Answer> {
  try {
    return await matter.answer(fault);
  } catch (error) {
    if (error instanceof Refusal) return errorAnswer(error.problem);
    throw error;
  }
}

function matterOf(received: Received, behind: Behind): Matter {
  try {
    const upload = /^\/(?:resumable\/)?upload\/bigquery\/v2\/projects\/([^/]+)\/jobs$/.exec(received.path);
    if (upload) return uploadMatter(received, behind);
    return plainMatter(received, behind);
  } catch (error) {
    if (!(error instanceof Refusal || error instanceof SyntaxError)) throw error;
    const refusal = error instanceof Refusal ? error : invalid(`Parse Error: ${error.message}`);
    return { operation: 'unknown', answer: () => Promise.reject(refusal) };
  }
}

function plainMatter(received: Received, { service }: Behind): Matter {
  const { method, path, query, body: bytes, incoming } = received;
  const [, project, rest] = /^\/bigquery\/v2\/projects\/([^/]+)(\/.*)$/.exec(path) ?? [];
  if (rest === undefined || decodeURIComponent(project ?? '') !== service.storage.projectId) {
    throw new Refusal('notFound', `The local BigQuery has only the project ${service.storage.projectId}, not ${path}`);
  }
  const { route, named } = findRoute(method, rest.replace(/\/$/, ''));
  const body: unknown = bytes.length === 0 ? {} : JSON.parse(bytes.toString('utf8'));
  const job = route.operation === 'jobs.insert' ? (body as JobRequest) : undefined;
  const etag = incoming.headers['if-match'];
  return {
    operation: route.operation,
    ...(job && { job }),
    answer: (fault) => bodyOf(route, { ...service, named, query, body, media: undefined, etag, fault }),
  };
}

async function bodyOf(route: Route, request: Parameters<Route['answer']>[0]): Promise<Answer> {
  const body = await route.answer(request);
  return body === undefined ? { status: 204 } : { status: 200, body };
}

function uploadMatter(received: Received, { service, uploads }: Behind): Matter {
  const { method, query, body: bytes, incoming } = received;
  const insert = (request: JobRequest, media: Buffer): Matter => ({
    operation: 'jobs.insert',
    job: request,
    answer: async (fault) => ({ status: 200, body: await service.jobs.insert(request, { media, fault }) }),
  });
  if (query.uploadType === 'multipart' && method === 'POST') {
    const { request, media } = readMultipart(incoming.headers['content-type'] ?? '', bytes);
    return insert(request, media);
  }
  if (query.uploadType !== 'resumable') throw invalid(`Invalid upload type: ${query.uploadType}`);
  if (query.upload_id === undefined) {
    const request = JSON.parse(bytes.toString('utf8')) as JobRequest;
    const answer = async (): Promise<Answer> => {
      const at = `http://${incoming.headers.host}${incoming.url}&upload_id=${uploads.begin(request)}`;
      return { status: 200, headers: { location: at } };
    };
    return { operation: 'uploads.begin', answer };
  }
  const progress = uploads.take(query.upload_id, incoming.headers['content-range'], bytes);
  if ('upload' in progress) return insert(progress.upload.request, progress.upload.media);
  const range = progress.received === 0 ? {} : { range: `bytes=0-${progress.received - 1}` };
  return { operation: 'uploads.continue', answer: async () => ({ status: 308, headers: range }) };
}

function deliver(response: ServerResponse, { status, body, headers }: Answer): void {
  const bytes = Buffer.from(body === undefined ? '' : JSON.stringify(body));
  const head = { 'content-type': 'application/json; charset=UTF-8', 'content-length': bytes.length, ...headers };
  response.writeHead(status, status === 204 ? {} : head).end(bytes);
}
