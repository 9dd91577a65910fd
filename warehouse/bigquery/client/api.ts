import { Readable } from 'node:stream';
import { BigQuery, type BigQueryOptions } from '@google-cloud/bigquery';
import { gaxios } from 'google-auth-library';
import { InvariantBroken, messageOf, Unavailable } from '../../errors.ts';
import { errorOf, isPassing, mayBeDone, type Refusal, Uncertain } from './api-errors.ts';

export type AuthClient = NonNullable<BigQueryOptions['authClient']>;

interface ApiOptions {
  readonly project: string;
  /** The address of BigQuery's API, if it is not Google's. */
  readonly apiEndpoint?: string | undefined;
  /** Creates an authenticated client, again if its token is refused; default: Application Default Credentials. */
  readonly signIn?: (() => AuthClient) | undefined;
  readonly wait: (ms: number) => Promise<void>;
}

/** A request of the REST API: https://cloud.google.com/bigquery/docs/reference/rest */
export interface Request {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Relative to the project: `/datasets/books`. */
  readonly path: string;
  /** The project, if it is not that of the warehouse. */
  readonly project?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: object;
  /** The change is made only if the resource still has this etag. */
  readonly etag?: string | undefined;
  /** Rows to load, as newline-delimited JSON; the request is then an upload. */
  readonly lines?: readonly string[];
}

/** The pauses between attempts after transient errors: about a minute in total. */
export const PAUSES_MS = [500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000];

/** A response that has not arrived by then counts as lost. */
const DEADLINE_MS = 10 * 60_000;

const LINES_PER_BLOCK = 1_000;

/** The names of the errors of Google's client for a missing or incomplete response. */
const LOST = /^(FetchError|AbortError|SyntaxError|ResponseLost)$/;

/** The codes of connections that failed or broke. */
const BROKEN = /^(ECONN[A-Z]+|E[A-Z]*TIMEDOUT|EPIPE|EAI_AGAIN|ENOTFOUND|EHOSTUNREACH|ENETUNREACH|UND_ERR_[A-Z_]+)$/;

/** Programming errors, which are never retried. */
const OURS = [TypeError, RangeError, ReferenceError, InvariantBroken];

class ResponseLost extends Error {
  override name = 'ResponseLost';
}

/**
 * BigQuery's API through Google's own client. Each request names the resource that it creates, so it can be repeated: after
 * a lost response or a transient error it is sent again, and "already exists" then means that an earlier attempt succeeded.
 * Retries of the client itself are switched off.
 */
export class Api {
  readonly #options: ApiOptions;
  #client: BigQuery;

  constructor(options: ApiOptions) {
    this.#options = options;
    this.#client = clientOf(options);
  }

  /** Throws one of our kinds of errors if the request is refused. */
  async request<T>(request: Request): Promise<T> {
    const { answer, refusal } = await this.#attempts<T>(request);
    if (refusal) throw errorOf(refusal);
    return answer;
  }

  /** Undefined if the resource does not exist. */
  async find<T>(request: Request): Promise<T | undefined> {
    const { answer, refusal } = await this.#attempts<T>(request);
    if (refusal && refusal.status !== 404) throw errorOf(refusal);
    return answer;
  }

  /** Undefined if the resource exists already. Throws `Uncertain` if an attempt that seemed to fail may have created it. */
  async make<T>(request: Request): Promise<T | undefined> {
    const { answer, refusal, wasUncertain } = await this.#attempts<T>(request);
    if (!refusal || refusal.status === 409) return answer;
    const error = errorOf(refusal);
    throw wasUncertain ? new Uncertain(error.message, { cause: error }) : error;
  }

  /** Undefined if the resource no longer has the given etag; an attempt that seemed to fail may have changed it. */
  async change<T>(request: Request): Promise<T | undefined> {
    const { answer, refusal } = await this.#attempts<T>(request);
    if (refusal && refusal.status !== 412) throw errorOf(refusal);
    return answer;
  }

  /** One attempt; undefined if it fails. Only for requests that shorten a wait. */
  async try<T>(request: Request): Promise<T | undefined> {
    return (await this.#attempt<T>(request)).answer;
  }

  /** Whatever the last attempt returns, an earlier one may have succeeded. */
  async #attempts<T>(request: Request): Promise<Outcome<T> & { wasUncertain: boolean }> {
    let renewed = false;
    let wasUncertain = false;
    for (let attempt = 0; ; attempt++) {
      const outcome = await this.#attempt<T>(request).catch((error: unknown) => {
        throw wasUncertain ? new Uncertain(messageOf(error), { cause: error }) : error;
      });
      const { refusal } = outcome;
      wasUncertain ||= refusal !== undefined && mayBeDone(refusal);
      if (!refusal) return { ...outcome, wasUncertain };
      if (refusal.status === 401 && !renewed) {
        // A cached token may have been revoked before it expires; a new client fetches a new one.
        renewed = true;
        this.#client = clientOf(this.#options);
        continue;
      }
      const pause = PAUSES_MS[attempt];
      if (!isPassing(refusal) || pause === undefined) return { ...outcome, wasUncertain };
      await this.#options.wait(pause);
    }
  }

  async #attempt<T>(request: Request): Promise<Outcome<T>> {
    const deadline = Promise.withResolvers<never>();
    const timer = setTimeout(() => deadline.reject(new ResponseLost('the response timed out')), DEADLINE_MS);
    try {
      return { answer: await Promise.race([this.#send<T>(request), deadline.promise]) };
    } catch (error) {
      return { refusal: readRefusal(error) };
    } finally {
      clearTimeout(timer);
    }
  }

  #send<T>({ method = 'GET', path, project, query = {}, body, etag, lines }: Request): Promise<T> {
    const client = this.#client;
    const json = 'application/json; charset=utf-8';
    // The client replaces its placeholder for the project id in every string of a body object; a body that is text or a
    // stream is left alone.
    const text = JSON.stringify(body);
    const content = lines
      ? {
          uri: `${client.apiEndpoint}/upload/bigquery/v2/projects/${client.projectId}${path}`,
          qs: { ...query, uploadType: 'multipart' },
          multipart: [
            { 'Content-Type': json, body: text },
            { 'Content-Type': 'application/octet-stream', body: Readable.from(blocksOf(lines)) },
          ],
        }
      : {
          uri: path,
          qs: query,
          ...(body ? { body: text, headers: { 'Content-Type': json, ...(etag ? { 'If-Match': etag } : {}) } } : {}),
        };
    return new Promise((resolve, reject) => {
      client.request({ method, ...(project ? { projectId: project } : {}), ...content }, (error, answer) => {
        if (error) reject(error);
        else if (method !== 'DELETE' && (typeof answer !== 'object' || answer === null)) {
          reject(new ResponseLost('the response is not JSON'));
        } else resolve(answer as T);
      });
    });
  }
}

type Outcome<T> = { answer: T; refusal?: undefined } | { answer?: undefined; refusal: Refusal };

function clientOf({ project, apiEndpoint, signIn }: ApiOptions): BigQuery {
  return new BigQuery({
    projectId: project,
    autoRetry: false,
    userAgent: 'tantieme',
    ...(apiEndpoint ? { apiEndpoint } : {}),
    ...(signIn ? { authClient: signIn() } : {}),
  });
}

function* blocksOf(lines: readonly string[]): Generator<Buffer> {
  for (let from = 0; from < lines.length; from += LINES_PER_BLOCK) {
    yield Buffer.from(lines.slice(from, from + LINES_PER_BLOCK).join(''));
  }
}

interface Thrown {
  readonly name?: string;
  readonly code?: number | string;
  readonly message?: string;
  /** Set by requests of the credentials, which carry no `errors` as BigQuery's own refusals do. */
  readonly config?: object;
  readonly errors?: readonly { readonly reason?: string; readonly message?: string }[];
}

/**
 * The refusal of BigQuery or of the token endpoint. Rethrows our own errors; throws `Unavailable` for credentials that
 * cannot be read.
 */
function readRefusal(error: unknown): Refusal {
  if (OURS.some((kind) => error instanceof kind)) throw error;
  const { name = '', code, message = String(error), errors = [] } = error as Thrown;
  if (typeof code === 'number' || /^[1-5]\d\d$/.test(code ?? '')) {
    const refusal = { status: Number(code), reason: errors[0]?.reason, message: errors[0]?.message ?? message };
    // Only token requests of Google's client use Gaxios. A permanent refusal of one means that the credentials are invalid.
    return error instanceof gaxios.GaxiosError && !isPassing(refusal) ? { ...refusal, status: 401 } : refusal;
  }
  if (LOST.test(name) || BROKEN.test(code ?? '')) {
    return { reason: 'timeout', message: `no complete response arrived: ${message}` };
  }
  throw new Unavailable(`The request to BigQuery could not be sent: ${message.split('\n')[0]}`);
}
