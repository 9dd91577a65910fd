import type { Clock } from '../../../warehouse/clock.ts';
import type { Fault } from './faults.ts';
import { fingerprint } from './fingerprint.ts';
import type { Form } from './form.ts';
import type { Effects } from './objects.ts';
import { invalid, Refusal, SERVER_ERROR, type StripeError } from './refusal.ts';
import type { SavedAnswer, Store } from './store.ts';

const SAVED_FOR_MS = 24 * 60 * 60 * 1000;

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The result of a write: the object in the response, and everything that it stores. */
export interface Outcome extends Effects {
  readonly answer: unknown;
}

/** Validates the parameters of a write; the function that it returns executes the write. */
type Prepare = () => () => Outcome;

/** A POST request. `endpoint` is its path; `key` its Idempotency-Key, where it has one. */
export interface Write {
  readonly key: string | undefined;
  readonly endpoint: string;
  readonly form: Form;
  readonly requestId: string;
  readonly fault: Fault | undefined;
  readonly prepare: Prepare;
}

/** The response for an error. */
export function errorAnswer(status: number, error: StripeError): Answer {
  return { status, body: JSON.stringify({ error }) };
}

/**
 * Stripe's idempotency for v1, in its order: in flight, mismatch, replay, validation (not saved), execution (saved
 * whatever it came to, 500 included). A saved response is deleted after 24 hours, the earliest time that Stripe allows.
 * Source: docs.stripe.com/api/idempotent_requests.
 */
export class Idempotency {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #inFlight = new Set<string>();

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Answers a write. Throws `Refusal` for responses that are not saved. */
  async answer(write: Write): Promise<Answer> {
    const { key, fault } = write;
    if (key !== undefined) {
      const replayed = this.#replay(key, write);
      if (replayed !== undefined) return replayed;
      this.#inFlight.add(key);
    }
    try {
      const execute = write.prepare();
      if (typeof fault === 'object' && 'hold' in fault) await fault.hold;
      return this.#execute(write, execute);
    } finally {
      if (key !== undefined) this.#inFlight.delete(key);
    }
  }

  #replay(key: string, write: Write): Answer | undefined {
    if (key.length > 255) throw invalid('Idempotency keys can be up to 255 characters long.');
    if (this.#inFlight.has(key)) {
      throw new Refusal(409, {
        type: 'idempotency_error',
        code: 'idempotency_key_in_use',
        message: `There is currently another in-progress request using this Idempotent Key: ${key}. Please try again later.`,
      });
    }
    const saved = this.#store.saved.get(key);
    if (saved === undefined || this.#clock.now() >= saved.at_ms + SAVED_FOR_MS) return undefined;
    if (saved.endpoint !== write.endpoint) {
      throw mismatch(
        key,
        `for the same endpoint they were first used for ('${write.endpoint}' vs '${saved.endpoint}')`,
      );
    }
    if (saved.fingerprint !== fingerprint(write.form)) {
      throw mismatch(key, 'with the same parameters they were first used with');
    }
    const headers = { 'idempotent-replayed': 'true', 'original-request': saved.request_id };
    return { status: saved.status, body: saved.body, headers };
  }

  #execute(write: Write, execute: () => Outcome): Answer {
    const { answer, effects } = this.#attempt(write.fault, execute);
    const { key, endpoint, form, requestId } = write;
    if (key === undefined) {
      this.#store.commit(effects);
      return answer;
    }
    const saved: SavedAnswer = {
      key,
      endpoint,
      fingerprint: fingerprint(form),
      status: answer.status,
      body: answer.body,
      request_id: requestId,
      at_ms: this.#clock.now(),
    };
    this.#store.commit({ ...effects, saved });
    return answer;
  }

  #attempt(fault: Fault | undefined, execute: () => Outcome): { answer: Answer; effects: Effects } {
    const broken = errorAnswer(500, SERVER_ERROR);
    if (fault === 'error_uncommitted') return { answer: broken, effects: { put: [] } };
    try {
      if (typeof fault === 'object' && 'refused' in fault) {
        throw invalid('The request was refused.', { code: fault.refused });
      }
      const { answer, ...effects } = execute();
      return { answer: fault === 'error_committed' ? broken : { status: 200, body: JSON.stringify(answer) }, effects };
    } catch (thrown) {
      if (!(thrown instanceof Refusal)) throw thrown;
      return { answer: errorAnswer(thrown.status, thrown.error), effects: { put: [] } };
    }
  }
}

function mismatch(key: string, how: string): Refusal {
  return new Refusal(400, {
    type: 'idempotency_error',
    message: `Keys for idempotent requests can only be used ${how}. Try using a key other than '${key}' if you meant to execute a different request.`,
  });
}
