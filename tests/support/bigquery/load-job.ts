import type { Value, ValueRow } from '../../../warehouse/warehouse.ts';
import { parseExactJson, readCell, WrongValue } from './cells.ts';
import { readDescription } from './descriptions.ts';
import type { LoadConfiguration, Outcome, Work } from './job-resource.ts';
import { addressOf } from './names.ts';
import { invalid, Refusal, unable } from './refusal.ts';
import { type Field, readFields } from './schema.ts';
import { unplaced, write } from './writes.ts';

const KNOWN_KEYS = [
  'destinationTable',
  'sourceFormat',
  'schema',
  'writeDisposition',
  'createDisposition',
  'timePartitioning',
  'clustering',
  'encoding',
  'maxBadRecords',
  // Options of the client itself, which it sends too.
  'contentType',
];

/** Loads an uploaded NDJSON body: all of its rows, or none if one is invalid. */
export async function runLoad(configuration: LoadConfiguration, { storage, media }: Work): Promise<Outcome> {
  assertSupported(configuration);
  if (media === undefined) throw invalid('Required parameter is missing: a load needs an uploaded body');
  const address = addressOf(configuration.destinationTable, storage.projectId);
  storage.dataset(address.dataset);
  const fields = configuration.schema ? readFields(configuration.schema.fields) : storage.find(address)?.fields;
  if (!fields) throw invalid('No schema specified on job or table.');
  const rows = rowsIn(media, fields);
  write(storage, {
    address,
    disposition: configuration.writeDisposition ?? 'WRITE_APPEND',
    createDisposition: configuration.createDisposition,
    fields,
    rows: unplaced(rows),
    made: readDescription(configuration, fields),
  });
  const load = {
    inputFiles: '1',
    inputFileBytes: String(media.length),
    outputRows: String(rows.length),
    badRecords: '0',
  };
  return { statistics: { load } };
}

function assertSupported(configuration: LoadConfiguration): void {
  const odd = Object.keys(configuration).find((key) => !KNOWN_KEYS.includes(key));
  if (odd !== undefined) throw unable(`heed configuration.load.${odd}`);
  const { sourceFormat, maxBadRecords = 0 } = configuration;
  if (maxBadRecords !== 0) throw unable('load a part of the rows: maxBadRecords must be 0');
  if (sourceFormat !== 'NEWLINE_DELIMITED_JSON') throw unable(`load the format ${sourceFormat ?? 'CSV'}`);
}

const NEWLINE = 0x0a;

function rowsIn(media: Buffer, fields: readonly Field[]): ValueRow[] {
  const rows: ValueRow[] = [];
  for (let begin = 0; begin < media.length; ) {
    const newline = media.indexOf(NEWLINE, begin);
    const end = newline < 0 ? media.length : newline;
    const line = media.toString('utf8', begin, end).trim();
    if (line !== '') rows.push(rowIn(line, { fields, begin, ordinal: rows.length + 1 }));
    begin = end + 1;
  }
  return rows;
}

interface Line {
  readonly fields: readonly Field[];
  readonly begin: number;
  readonly ordinal: number;
}

function rowIn(line: string, { fields, begin, ordinal }: Line): ValueRow {
  const refuse = (what: string): Refusal => {
    const where = `JSON parsing error in row starting at position ${begin}: ${what}`;
    const summary = `JSON table encountered too many errors, giving up. Rows: ${ordinal}; errors: 1. Please look into the errors[] collection for more details.`;
    const causes = [summary, where].map((message) => ({
      reason: 'invalid',
      message: `Error while reading data, error message: ${message}`,
    }));
    return new Refusal('invalid', `Error while reading data, error message: ${summary} ${where}`, causes);
  };
  const json = objectIn(line);
  if (!json) throw refuse('Parser terminated before end of string');
  const unknown = Object.keys(json).find((key) => !fields.some(({ name }) => name === key));
  if (unknown !== undefined) throw refuse(`No such field: ${unknown}.`);
  return Object.fromEntries(
    fields.map(({ name, type, required }) => {
      const value = cell(
        json[name],
        () => readCell(json[name], type),
        (what) => refuse(`${what} Field: ${name}`),
      );
      if (value === null && required)
        throw refuse(`Only optional fields can be set to NULL. Field: ${name}; Value: NULL`);
      return [name, value];
    }),
  );
}

function cell(json: unknown, read: () => Value, refuse: (what: string) => Refusal): Value {
  try {
    return json === undefined ? null : read();
  } catch (error) {
    if (error instanceof WrongValue) throw refuse(`${error.message}.`);
    throw error;
  }
}

function objectIn(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const json = parseExactJson(line);
    return typeof json === 'object' && json !== null && !Array.isArray(json)
      ? (json as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
