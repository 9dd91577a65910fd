import type { Clock } from '../../warehouse/clock.ts';
import type { JsonObject, JsonValue } from '../../warehouse/json.ts';
import { Senders, type SourceKind } from '../events/senders.ts';
import type { Violation } from '../events/violations.ts';
import { isBlank } from '../gateway/batch.ts';
import { mapMessage } from '../rudder/map.ts';
import { eventsInText } from './event-text.ts';
import { eventViolation, OTHER_CONTENT } from './event-violation.ts';
import { forwardedReceipt } from './forwarded.ts';
import { messageHash } from './message-hash.ts';

interface CheckedEvents {
  readonly event_count: number;
  readonly landed_count: number;
  readonly duplicate_count: number;
  readonly quarantined_count: number;
  readonly violations: readonly {
    readonly line: number;
    readonly event: string | null;
    readonly path: string;
    readonly reason: string;
  }[];
}

/**
 * What the loader would do with the events of a text if a source of this kind sent them now and they were the first: which
 * would be quarantined, and why. A line that is not an event counts as quarantined.
 */
export function checkEvents(text: string, { kind, clock }: { kind: SourceKind; clock: Clock }): CheckedEvents {
  const check = new EventCheck({ kind, nowMs: clock.now() });
  const counts = { event_count: 0, landed_count: 0, duplicate_count: 0, quarantined_count: 0 };
  const violations: CheckedEvents['violations'][number][] = [];
  for (const { line, ...found } of eventsInText(text)) {
    const { outcome, violation } = 'event' in found ? check.outcomeOf(found.event) : notAnEvent(found.problem);
    counts.event_count++;
    counts[`${outcome}_count`]++;
    if (!violation) continue;
    const name = 'event' in found ? found.event.event : null;
    const { path, reason } = violation;
    violations.push({ line, event: typeof name === 'string' ? name : null, path, reason });
  }
  return { ...counts, violations };
}

interface Outcome {
  readonly outcome: 'landed' | 'duplicate' | 'quarantined';
  readonly violation?: Violation;
}

const quarantined = (violation: Violation): Outcome => ({ outcome: 'quarantined', violation });
const notAnEvent = (reason: string): Outcome => quarantined({ violation: 'Unknown-Violation', path: '', reason });

/** The gateway refuses a whole request for one such event, with 400. */
const WITHOUT_IDENTITY: Violation = {
  violation: 'Required-Missing',
  path: '',
  reason: 'The event has neither a userId nor an anonymousId, so the gateway refuses the whole request.',
};

class EventCheck {
  readonly #source_id: string;
  readonly #nowMs: number;
  readonly #senders: Senders;
  /** The content of each id that would have landed. */
  readonly #landed = new Map<JsonValue | undefined, string>();

  constructor({ kind, nowMs }: { kind: SourceKind; nowMs: number }) {
    this.#source_id = `of the kind ${kind}`;
    this.#nowMs = nowMs;
    this.#senders = new Senders([{ source_id: this.#source_id, kind }]);
  }

  outcomeOf(event: JsonObject): Outcome {
    if (isBlank(event.userId) && isBlank(event.anonymousId)) return quarantined(WITHOUT_IDENTITY);
    const receipt = forwardedReceipt(event, { source_id: this.#source_id, nowMs: this.#nowMs });
    const { messageId } = receipt.message;
    const hash = messageHash(receipt.message);
    const landed = this.#landed.get(messageId);
    if (landed !== undefined) return landed === hash ? { outcome: 'duplicate' } : quarantined(OTHER_CONTENT);
    const violation = eventViolation(receipt, {
      senders: this.#senders,
      map: (input) => mapMessage(input).failed[0]?.error,
    });
    if (violation) return quarantined(violation);
    this.#landed.set(messageId, hash);
    return { outcome: 'landed' };
  }
}
