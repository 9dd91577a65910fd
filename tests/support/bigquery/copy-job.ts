import type { CopyConfiguration, Outcome, Work } from './job-resource.ts';
import { addressOf } from './names.ts';
import { invalid, Refusal, unable } from './refusal.ts';
import type { Table } from './storage.ts';
import { partitionOf, write } from './writes.ts';

const KNOWN_KEYS = [
  'sourceTable',
  'sourceTables',
  'destinationTable',
  'writeDisposition',
  'createDisposition',
  'operationType',
  'destinationExpirationTime',
];

/** Copies a table or a partition of one; each row stays in its partition. */
export async function runCopy(configuration: CopyConfiguration, { storage }: Work): Promise<Outcome> {
  const odd = Object.keys(configuration).find((key) => !KNOWN_KEYS.includes(key));
  if (odd !== undefined) throw unable(`heed configuration.copy.${odd}`);
  const { sourceTable, sourceTables = [], operationType = 'COPY' } = configuration;
  const [reference, ...more] = sourceTable ? [sourceTable] : sourceTables;
  if (!reference) throw invalid('Required parameter is missing: sourceTable');
  if (more.length > 0) throw unable('copy several tables at once');
  if (operationType !== 'COPY' && operationType !== 'CLONE') throw unable(`copy as ${operationType}`);
  const from = addressOf(reference, storage.projectId);
  const address = addressOf(configuration.destinationTable, storage.projectId);
  const source = storage.table(from);
  if (source.view !== undefined) throw invalid(`Cannot copy the view ${storage.nameOf(from)}`);
  if (from.partition !== undefined && !source.partitioning) {
    throw invalid(`${storage.nameOf(from)} is not a partitioned table: a partition cannot be named.`);
  }
  if (operationType === 'CLONE') {
    if (from.partition !== undefined || address.partition !== undefined) throw invalid('Cannot clone a partition');
    if (storage.find(address)) throw new Refusal('duplicate', `Already Exists: Table ${storage.nameOf(address)}`);
  }
  const rows =
    from.partition === undefined
      ? source.rows
      : source.rows.filter((row) => partitionOf(source, row) === from.partition);
  // A partition without rows does not exist.
  if (from.partition !== undefined && rows.length === 0) {
    throw new Refusal('notFound', `Not found: Table ${storage.nameOf(from)}`);
  }
  const { destinationExpirationTime: expiry } = configuration;
  write(storage, {
    address,
    disposition: configuration.writeDisposition ?? 'WRITE_EMPTY',
    createDisposition: configuration.createDisposition,
    fields: source.fields,
    rows,
    made: { ...copied(source), ...(expiry === undefined ? {} : { expires_at_ms: Date.parse(expiry) }) },
    takesAll: true,
  });
  return { statistics: { copy: { copiedRows: String(rows.length) } } };
}

/** A copy does not inherit the expiration of its source. */
function copied({ description, labels, partitioning, filterRequired, clustering }: Table): Partial<Table> {
  return {
    ...(description && { description }),
    ...(labels && { labels }),
    ...(partitioning && { partitioning }),
    ...(filterRequired && { filterRequired }),
    ...(clustering && { clustering }),
  };
}
