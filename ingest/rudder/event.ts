import type { JsonObject, JsonValue } from '../../warehouse/json.ts';
import type { Settings } from './settings.ts';

/** A message during the mapping, with the values that all its tables need. */
export interface MappedEvent {
  readonly message: JsonObject;
  readonly settings: Settings;
  /** In lower case; empty if missing. */
  readonly type: string;
  /** The messageId, or a generated one. */
  readonly id: JsonValue;
  readonly receivedAt: string;
  /** The context of the message, with source and destination; undefined if there is neither. */
  readonly context: JsonObject | undefined;
  readonly sourceCategory: string;
  readonly recordId: JsonValue | undefined;
}

/** RudderStack's refusal of a whole message, with the status that it reports. It is caught within the mapping. */
export class Unmappable extends Error {
  override name = 'Unmappable';
  readonly statusCode: number;

  constructor(message: string, statusCode = 400) {
    super(message);
    this.statusCode = statusCode;
  }
}
