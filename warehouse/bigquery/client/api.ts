import { Readable } from 'node:stream';
import { BigQuery, type BigQueryOptions } from '@google-cloud/bigquery';
import { gaxios } from 'google-auth-library';
import { InvariantBroken, messageOf, Unavailable } from '../../errors.ts';
import { errorOf, isPassing, mayBeDone, type Refusal, Uncertain } from './api-errors.ts';

export type AuthClient = NonNullable<BigQueryOptions['authClient']>;

export interface ApiOptions {
  readonly project: string;
  /** Where BigQuery's API is, if not at Google. */
  readonly apiEndpoint?: string | undefined;
  /** Makes who asks; made anew where a token is no longer taken. Without it, the Application Default Credentials. */
  readonly signIn?: (() => AuthClient) | undefined;
  readonly wait: (ms: number) => Promise<void>;
}

/** A request of the REST API: https://cloud.google.com/bigquery/docs/reference/rest */
export interface Request {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the project: `/datasets/books`. */
  readonly path: string;
  /** If it is not the project of the warehouse. */
  readonly project?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: object;
  /** Only what has this tag still is changed. */
  readonly etag?: string | undefined;
  /** What is loaded, as newline-delimited JSON: the request is then an upload. */
  readonly lines?: readonly string[];
}

/** How long to wait between attempts at what may pass: about a minute in all. */
export const PAUSES_MS = [500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000];

/** An answer that has not come by then is lost. */
const DEADLINE_MS = 10 * 60_000;

const LINES_AT_ONCE = 1_000;

/** How Google's client calls a request that got no answer, or only a part of one. */
const LOST = /^(FetchError|AbortError|SyntaxError|AnswerLost)$/;

/** How a connection ends that was not made, or broke. */
const BROKEN = /^(ECONN[A-Z]+|E[A-Z]*TIMEDOUT|EPIPE|EAI_AGAIN|ENOTFOUND|EHOSTUNREACH|ENETUNREACH|UND_ERR_[A-Z_]+)$/;

/** Errors that tell of a mistake in a program, and of nothing that could pass. */
const OURS = [TypeError, RangeError, ReferenceError, InvariantBroken];

class AnswerLost extends Error {
  override name = 'AnswerLost';
}

/**
 * BigQuery's API through Google's own client. Each request names what it makes, so that it may be repeated: what is lost or
 * refused for the moment is asked again, and that something is there already tells that an earlier attempt came through. The
 * client itself repeats nothing.
 */
export class Api {
  readonly #options: ApiOptions;
  #client: BigQuery;

  constructor(options: ApiOptions) {
    this.#options = options;
    this.#client = clientOf(options);
  }

  /** Throws the error that a refusal means. */
  async ask<T>(request: Request): Promise<T> {
    const { answer, refusal } = await this.#attempts<T>(request);
    if (refusal) throw errorOf(refusal);
    return answer;
  }

  /** Undefined for what does not exist. */
  async find<T>(request: Request): Promise<T | undefined> {
    const { answer, refusal } = await this.#attempts<T>(request);
    if (refusal && refusal.status !== 404) throw errorOf(refusal);
    return answer;
  }

  /** Undefined for what exists already. Throws `Uncertain` where it may have been made by an attempt that seemed to fail. */
  async make<T>(request: Request): Promise<T | undefined> {
    const { answer, refusal, wasUncertain } = await this.#attempts<T>(request);
    if (!refusal || refusal.status === 409) return answer;
    const error = errorOf(refusal);
    throw wasUncertain ? new Uncertain(error.message, { cause: error }) : error;
  }

  /** Undefined for what no longer has the tag that was said, which an attempt that seemed to fail may have changed. */
  async change<T>(request: Request): Promise<T | undefined> {
    const { answer, refusal } = await this.#attempts<T>(request);
    if (refusal && refusal.status !== 412) throw errorOf(refusal);
    return answer;
  }

  /** Asks once; undefined where no answer came. For what only shortens a wait. */
  async try<T>(request: Request): Promise<T | undefined> {
    return (await this.#attempt<T>(request)).answer;
  }

  /** Whatever the last attempt came to, an earlier one may have been done. */
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
        // A token that is cached may have ended before its time; with the client it is forgotten.
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
    const timer = setTimeout(() => deadline.reject(new AnswerLost('no answer came')), DEADLINE_MS);
    try {
      return { answer: await Promise.race([this.#send<T>(request), deadline.promise]) };
    } catch (error) {
      return { refusal: refusalOf(error) };
    } finally {
      clearTimeout(timer);
    }
  }

  #send<T>({ method = 'GET', path, project, query = {}, body, etag, lines }: Request): Promise<T> {
    const client = this.#client;
    const json = 'application/json; charset=utf-8';
    // The client would put the project's id into any text of an object that holds its placeholder; a body that is text or a
    // stream stays as it is.
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
          reject(new AnswerLost('the answer is no JSON'));
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
  for (let from = 0; from < lines.length; from += LINES_AT_ONCE) {
    yield Buffer.from(lines.slice(from, from + LINES_AT_ONCE).join(''));
  }
}

interface Thrown {
  readonly name?: string;
  readonly code?: number | string;
  readonly message?: string;
  /** Of what the credentials themselves have asked: they carry no `errors`, as BigQuery's own refusals do. */
  readonly config?: object;
  readonly errors?: readonly { readonly reason?: string; readonly message?: string }[];
}

/**
 * What BigQuery, or who was asked for a token, said. Throws what is no answer of theirs: an error of our own as it is, and
 * `Unavailable` for credentials that cannot even be read.
 */
function refusalOf(error: unknown): Refusal {
  if (OURS.some((kind) => error instanceof kind)) throw error;
  const { name = '', code, message = String(error), errors = [] } = error as Thrown;
  if (typeof code === 'number' || /^[1-5]\d\d$/.test(code ?? '')) {
    const refusal = { status: Number(code), reason: errors[0]?.reason, message: errors[0]?.message ?? message };
    // Google's client asks for tokens through Gaxios alone. Who is refused one for good has credentials that are not taken.
    return error instanceof gaxios.GaxiosError && !isPassing(refusal) ? { ...refusal, status: 401 } : refusal;
  }
  if (LOST.test(name) || BROKEN.test(code ?? '')) {
    return { reason: 'timeout', message: `no whole answer came: ${message}` };
  }
  throw new Unavailable(`BigQuery cannot be asked: ${message.split('\n')[0]}`);
}
