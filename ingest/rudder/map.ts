import { instant, systemClock } from '../../warehouse/clock.ts';
import { sha256Hex } from '../../warehouse/ids.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../warehouse/json.ts';
import { isBlank } from './cells.ts';
import { type MappedEvent, Unmappable } from './event.ts';
import { goJson } from './go-text.ts';
import { composeRows, type Row } from './rows.ts';
import { DESTINATION, type Settings, settingsOf } from './settings.ts';
import { normalTimestamp } from './timestamps.ts';

export type { Row } from './rows.ts';

/** RudderStack's metadata of a message. */
interface MessageMetadata {
  readonly eventType?: string;
  readonly sourceId?: string;
  readonly sourceType?: string;
  readonly sourceCategory?: string;
  readonly destinationId?: string;
  readonly destinationType?: string;
  readonly receivedAt?: string;
  readonly recordId?: JsonValue;
}

export interface MapInput {
  /** As returned by `receive`. */
  readonly message: JsonObject;
  readonly metadata: MessageMetadata;
  readonly destConfig?: JsonObject;
  readonly serverConfig?: JsonObject;
}

export interface MapOptions {
  /** Milliseconds since the epoch, for a message without a time of receipt. */
  readonly now?: () => number;
  /** For a message without an id. Default: derived from the message, so that mapping it again gives the same rows. */
  readonly uuid?: () => string;
}

interface Failure {
  readonly statusCode: number;
  readonly error: string;
}

export interface Mapped {
  readonly rows: readonly Row[];
  readonly failed: readonly Failure[];
}

/**
 * The warehouse rows of a message, like those of RudderStack's BigQuery destination (rudder-server 1.83.0). A message that it
 * refuses has no rows and one failure.
 */
export function mapMessage(input: MapInput, options: MapOptions = {}): Mapped {
  try {
    const event = eventOf(input, options);
    return { rows: composeRows(event), failed: [] };
  } catch (error) {
    if (!(error instanceof Unmappable)) throw error;
    return { rows: [], failed: [{ statusCode: error.statusCode, error: error.message }] };
  }
}

function eventOf(
  { message, metadata, destConfig = {}, serverConfig = {} }: MapInput,
  options: MapOptions,
): MappedEvent {
  const { now = systemClock.now, uuid = () => uuidFrom(message) } = options;
  const settings = settingsOf(message, destConfig, serverConfig);
  const { messageId, receivedAt } = message;
  const type = metadata.eventType ?? message.type;
  const isReceived = typeof receivedAt === 'string' && normalTimestamp(receivedAt) !== undefined;
  return {
    message,
    settings,
    type: typeof type === 'string' ? type.toLowerCase() : '',
    id: messageId === undefined || isBlank(messageId) ? `auto-${uuid()}` : messageId,
    receivedAt: isReceived ? receivedAt : metadata.receivedAt || instant(now()),
    context: requireContext(message, metadata, settings),
    sourceCategory: metadata.sourceCategory ?? '',
    recordId: metadata.recordId ?? message.recordId,
  };
}

function requireContext(
  { context }: JsonObject,
  metadata: MessageMetadata,
  { describeSource }: Settings,
): JsonObject | undefined {
  if (!describeSource) return isJsonObject(context) ? context : undefined;
  if (context !== undefined && context !== null && !isJsonObject(context)) {
    throw new Unmappable('context is not a map', 500);
  }
  return {
    ...context,
    sourceId: metadata.sourceId ?? '',
    sourceType: metadata.sourceType ?? '',
    destinationId: metadata.destinationId ?? '',
    destinationType: metadata.destinationType ?? DESTINATION,
  };
}

/** A string in the form of a UUID, derived from the content of the message. */
function uuidFrom(message: JsonObject): string {
  return sha256Hex(goJson(message)).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
}
