import type { Receipt } from '../rudder/receive.ts';
import { CATALOGUE } from './catalogue.ts';
import type { Violation } from './violations.ts';

export const SOURCE_KINDS = ['server', 'browser', 'webhook', 'internal'] as const;

/**
 * What a source is: a server of the marketplace; a browser or app, whose key anybody can read; RudderStack, which forwards what it
 * received; or our own emitter, which alone knows what was paid and issued.
 */
export type SourceKind = (typeof SOURCE_KINDS)[number];

export interface Sender {
  readonly source_id: string;
  /** Default: `server`. */
  readonly kind?: SourceKind;
  /** The only events that it may send, instead of those of its kind. */
  readonly events?: readonly string[];
  /** The events that no source may send but this one, others that list them too, and our own emitter. */
  readonly alone?: readonly string[];
}

/** A kind may send what is declared for it or for a lower one. */
const TRUST: Readonly<Record<SourceKind, number>> = { browser: 0, server: 1, webhook: 1, internal: 2 };

const NEEDED: ReadonlyMap<string, number> = new Map(
  CATALOGUE.map(({ name, sentBy }): [string, number] => [name, TRUST[sentBy ?? 'server']]),
);

/** Whether a kind of source may send an event; one outside the catalogue is not judged here. */
export function mayKindSend(kind: SourceKind, event: string): boolean {
  return TRUST[kind] >= (NEEDED.get(event) ?? 0);
}

/**
 * The declared sources as senders of events. A key in a URL is seen by proxies and in logs, so what came through an endpoint for browsers
 * counts as sent by one, whatever the key. A source that is no longer declared is a server.
 */
export class Senders {
  readonly #byId: ReadonlyMap<string, Sender>;
  readonly #reserved: ReadonlySet<string>;

  constructor(sources: readonly Sender[]) {
    this.#byId = new Map(sources.map((source) => [source.source_id, source]));
    this.#reserved = new Set(sources.flatMap(({ alone = [] }) => alone));
  }

  /** Why a `track` event may not be sent by its sender. */
  violationOf({ source_id, is_from_browser: isFromBrowser, message: { type, event } }: Receipt): Violation | undefined {
    if (type !== 'track' || typeof event !== 'string') return undefined;
    const source = this.#byId.get(source_id);
    const kind = this.#kindOf(source_id);
    const isReserved = this.#reserved.has(event) && kind !== 'internal' && !source?.alone?.includes(event);
    if (isReserved || !(source?.events?.includes(event) ?? mayKindSend(kind, event))) {
      return refusal(`The source ${source_id} may not send the event ${event}.`);
    }
    if (isFromBrowser && !mayKindSend('browser', event)) {
      return refusal(`The event ${event} may not be sent to an endpoint for browsers.`);
    }
    return undefined;
  }

  /** Whether the first source is believed more than the second. */
  outranks(source_id: string, other_id: string): boolean {
    return TRUST[this.#kindOf(source_id)] > TRUST[this.#kindOf(other_id)];
  }

  /** Whether what it says of money must be looked at: not if anybody could have sent it, or its sender has no say in it. */
  isHeard(receipt: Receipt): boolean {
    const isPublic = receipt.is_from_browser === true || this.#kindOf(receipt.source_id) === 'browser';
    return !isPublic && this.violationOf(receipt) === undefined;
  }

  #kindOf(source_id: string): SourceKind {
    return this.#byId.get(source_id)?.kind ?? 'server';
  }
}

const refusal = (reason: string): Violation => ({ violation: 'Unknown-Violation', path: '/event', reason });
