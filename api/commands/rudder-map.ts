import { createInterface } from 'node:readline';
import { type MapInput, mapMessage } from '../../ingest/rudder/map.ts';
import { messageOf, Rejected } from '../../warehouse/errors.ts';
import { isJsonObject, type JsonValue, jsonFault } from '../../warehouse/json.ts';
import type { Act } from './command.ts';

/** Runs only the mapping of events to rows, to compare it with RudderStack's. */
export const rudderMap: Act = async (args, { stdin, write }) => {
  args.require();
  let line = 0;
  for await (const text of createInterface({ input: stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
    line++;
    if (text.trim() !== '') await write(`${mapLine(text, line)}\n`);
  }
  return undefined;
};

/** Throws `Rejected` with the line that cannot be mapped. */
function mapLine(text: string, line: number): string {
  try {
    return JSON.stringify(mapMessage(parseInput(text)));
  } catch (error) {
    const reason = error instanceof SyntaxError ? `it is not JSON: ${jsonFault(error)}.` : messageOf(error);
    throw new Rejected(`Line ${line} cannot be mapped: ${reason}`);
  }
}

function parseInput(text: string): MapInput {
  const input = JSON.parse(text) as JsonValue;
  if (!isJsonObject(input) || !isJsonObject(input.message)) throw new Rejected('it has no message that is an object.');
  const { message, metadata, destConfig, serverConfig } = input;
  return {
    message,
    metadata: isJsonObject(metadata) ? metadata : {},
    ...(isJsonObject(destConfig) && { destConfig }),
    ...(isJsonObject(serverConfig) && { serverConfig }),
  };
}
