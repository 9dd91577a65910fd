import type { JsonObject, JsonValue } from '../../warehouse/json.ts';
import type { Settings } from './settings.ts';

/** A message on its way through the mapping, with what all its tables need. */
export interface MappedEvent {
  readonly message: JsonObject;
  readonly settings: Settings;
  /** In lower case; empty where there is none. */
  readonly type: string;
  /** The messageId, or one made up. */
  readonly id: JsonValue;
  readonly receivedAt: string;
  /** The message's context, and where it comes from and goes to; undefined where neither is known. */
  readonly context: JsonObject | undefined;
  readonly sourceCategory: string;
  readonly recordId: JsonValue | undefined;
}

/** RudderStack's refusal of a whole message, with the status it reports. It never leaves the mapping. */
export class Unmappable extends Error {
  override name = 'Unmappable';
  readonly statusCode: number;

  constructor(message: string, statusCode = 400) {
    super(message);
    this.statusCode = statusCode;
  }
}
