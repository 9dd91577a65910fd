import Stripe from 'stripe';
import { permissionToLeave } from '../../../../jobs/payouts/rails/stripe/leaving.ts';
import { stripeClient } from '../../../support/stripe/client.ts';
import type { Fault, FaultyRequest } from '../../../support/stripe/faults.ts';
import type { LocalStripe } from '../../../support/stripe/local-stripe.ts';
import type { Scheduler } from './scheduler.ts';

/** What may happen to a request on its way: the faults of the local Stripe, and `slow`: it reaches Stripe, and is executed later. */
export type WireFault =
  | Exclude<Fault, object>
  | 'slow'
  | { readonly refused: string }
  | { readonly retryAfter_s: number }
  | { readonly forbidden: string };

interface Wire {
  readonly scheduler: Scheduler;
  /** The fault of a request that leaves now. */
  readonly faultOf: (request: {
    readonly method: string;
    readonly path: string;
    readonly key: string | undefined;
  }) => WireFault | undefined;
}

/** The timeout of the client, in virtual time. */
const TIMEOUT_MS = 20_000;

/** How long Stripe may keep a connection open on which nothing is sent: a request that waits for longer needs another one. */
const LONGEST_IDLE_MS = 60 * 60 * 1000;

type Request = Parameters<Stripe.HttpClient['makeRequest']>;
type Response = Stripe.HttpClientResponse;

/** A response that was read to its end, or the error that the client got instead. */
type Answer = { readonly response: Response } | { readonly error: Error };

/** The real client of a process for a local Stripe. Every request waits at a gate before it leaves and before its answer arrives. */
export function gatedStripe(stripe: LocalStripe, network: Network): Stripe {
  return stripeClient(stripe, { httpClient: new GatedClient(network) });
}

/** The network between the processes and the local Stripe, through which requests pass one at a time. */
export class Network {
  readonly wire: Wire;
  readonly client = Stripe.createNodeHttpClient();
  #next: { readonly fault: Fault | undefined; readonly arrived: () => void } | undefined;

  constructor(wire: Wire) {
    this.wire = wire;
  }

  /** The fault script of the local Stripe. */
  readonly script = (_request: FaultyRequest): Fault | undefined => {
    const next = this.#next;
    this.#next = undefined;
    next?.arrived();
    return next?.fault;
  };

  /** Resolves when the request is at Stripe, with its answer to come. */
  async send(request: Request, fault: Fault | undefined): Promise<{ readonly answer: Promise<Answer> }> {
    const arrived = Promise.withResolvers<void>();
    this.#next = { fault, arrived: arrived.resolve };
    const answer = this.#answer(request);
    await Promise.race([arrived.promise, answer]);
    return { answer };
  }

  async #answer(request: Request): Promise<Answer> {
    try {
      const response = await this.client.makeRequest(...request);
      const body = await response.toJSON().then(
        (value: unknown) => () => Promise.resolve(value),
        (error: Error) => () => Promise.reject(error),
      );
      const read: Response = {
        getStatusCode: () => response.getStatusCode(),
        getHeaders: () => response.getHeaders(),
        getRawResponse: () => response.getRawResponse(),
        toStream: (done) => response.toStream(done),
        toJSON: body,
      };
      return { response: read };
    } catch (error) {
      return { error: error as Error };
    }
  }
}

class GatedClient extends Stripe.HttpClient {
  readonly #network: Network;

  constructor(network: Network) {
    super();
    this.#network = network;
  }

  override getClientName(): string {
    return 'node';
  }

  override async makeRequest(...request: Request): Promise<Response> {
    const { scheduler, faultOf } = this.#network.wire;
    const [, , path, method, headers] = request;
    const header = (headers as Record<string, unknown>)['Idempotency-Key'];
    const key = typeof header === 'string' ? header : undefined;
    const label = `${method} ${decodeURIComponent(path)}${key === undefined ? '' : ` (${key})`}`;
    const mayLeave = permissionToLeave();
    const connectedAt = scheduler.now();
    await scheduler.gate(`▸ ${label}`, { kind: 'request' });
    if (scheduler.now() - connectedAt > LONGEST_IDLE_MS && !mayLeave())
      throw new Error('The connection was closed meanwhile.');
    const wireFault = faultOf({ method, path, key });
    const text = wireFault === undefined ? label : `${label}: ${JSON.stringify(wireFault)}`;
    const answer = wireFault === 'slow' ? await this.#slowly(request, label) : await this.#atOnce(request, wireFault);
    const due = wireFault === 'hang_after_commit' ? scheduler.now() + TIMEOUT_MS : 0;
    await scheduler.gate(`◂ ${text} → ${shown(answer)}`, { kind: 'answer', due });
    if ('error' in answer) throw answer.error;
    return answer.response;
  }

  async #atOnce(request: Request, fault: Exclude<WireFault, 'slow'> | undefined): Promise<Answer> {
    const { scheduler } = this.#network.wire;
    // The client would wait for its timeout in real time: the answer is lost, and the error is that of the timeout.
    const hangs = fault === 'hang_after_commit';
    const sent = async (): Promise<Answer> =>
      (await this.#network.send(request, hangs ? 'drop_after_commit' : fault)).answer;
    const answer = await scheduler.track(sent);
    return hangs ? { error: Stripe.HttpClient.makeTimeoutError() } : answer;
  }

  /** Stripe executes the request when the scheduler says so, even if the process is no longer there; the client may give up before. */
  async #slowly(request: Request, label: string): Promise<Answer> {
    const { scheduler } = this.#network.wire;
    const held = Promise.withResolvers<void>();
    const { answer } = await scheduler.track(() => this.#network.send(request, { hold: held.promise }));
    const gaveUp = new AbortController();
    const executed = scheduler.gate(`executes ${label}`, { kind: 'outside' }).then(async () => {
      const done = await scheduler.track(() => {
        held.resolve();
        return answer;
      });
      gaveUp.abort();
      return done;
    });
    const timeout = scheduler
      .gate(`gives up ${label}`, { kind: 'timer', due: scheduler.now() + TIMEOUT_MS, cancelled: gaveUp.signal })
      .then((): Answer => ({ error: Stripe.HttpClient.makeTimeoutError() }));
    return Promise.race([executed, timeout]);
  }
}

function shown(answer: Answer): string {
  if ('error' in answer) return (answer.error as NodeJS.ErrnoException).code ?? answer.error.message;
  return String(answer.response.getStatusCode());
}
