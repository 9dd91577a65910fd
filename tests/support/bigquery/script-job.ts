import type { ColumnType } from '../../../warehouse/vocabulary/tables.ts';
import type { Value } from '../../../warehouse/warehouse.ts';
import type { Parameter } from '../googlesql/evaluator.ts';
import { readCell, WrongValue } from './cells.ts';
import type { Outcome, Work } from './job-resource.ts';
import { addressIn } from './names.ts';
import { hasPartitionTime, PARTITION_TIME, partitionBeginningAt } from './partition-time.ts';
import { Refusal, unable } from './refusal.ts';
import { typeNameOf } from './schema.ts';
import { inPlace, isStatementKind, kindOf, placeOf, type StatementText, statementsOf } from './sql-text.ts';
import type { StoredRow, Table } from './storage.ts';
import { place } from './writes.ts';

interface Script extends Work {
  readonly parameters: readonly Parameter[];
}

/** The uncommitted changes of a transaction. */
type Changed = Map<string, readonly StoredRow[]>;

/** https://cloud.google.com/bigquery/docs/transactions#limitations */
const TABLES_PER_TRANSACTION = 100;

const BEGIN = ['BEGIN', 'BEGIN_TRANSACTION'];
const COMMIT = ['COMMIT', 'COMMIT_TRANSACTION'];

/** Runs the statements of one transaction, or a single statement, atomically. */
export async function runScript(sql: string, script: Script): Promise<Outcome> {
  const { storage } = script;
  const statements = statementsOf(sql);
  const isTransaction = BEGIN.includes(kindOf(statements[0]?.text ?? ''));
  const inner = isTransaction ? statements.slice(1, -1) : statements;
  const last = statements.at(-1);
  if (isTransaction ? !COMMIT.includes(kindOf(last?.text ?? '')) : statements.length > 1) {
    throw unable(`run a script that is not one transaction, from BEGIN TRANSACTION to COMMIT TRANSACTION`);
  }
  const changed: Changed = new Map();
  let affected = 0;
  for (const statement of inner) affected += await perform(statement, { sql, script, changed });
  if (changed.size > TABLES_PER_TRANSACTION) {
    throw new Refusal('invalidQuery', `Transaction modifies ${changed.size} tables, which is more than the limit.`);
  }
  for (const [name, rows] of changed) storage.putRows(storage.table(addressIn(name, storage.projectId)), rows);
  const query = isTransaction
    ? { statementType: 'SCRIPT' }
    : { statementType: kindOf(inner[0]?.text ?? ''), numDmlAffectedRows: String(affected) };
  return { statistics: { ...(isTransaction ? { numChildJobs: String(statements.length) } : {}), query } };
}

interface Context {
  readonly sql: string;
  readonly script: Script;
  readonly changed: Changed;
}

/** Returns the number of inserted or deleted rows. */
async function perform(statement: StatementText, context: Context): Promise<number> {
  const kind = kindOf(statement.text);
  if (kind === 'INSERT') return insert(statement, context);
  if (kind === 'DELETE') return remove(statement, context);
  if (kind === 'SELECT') return look(statement, context);
  if (!isStatementKind(kind)) await context.script.evaluation.plan(inPlace(context.sql, statement));
  throw unable(`run the statement ${kind.replaceAll('_', ' ')} at ${placeOf(context.sql, statement.at)}`);
}

const rowsSeen =
  (changed: Changed) =>
  (table: Table): readonly StoredRow[] =>
    changed.get(`${table.dataset}.${table.id}`) ?? table.rows;

/** A SELECT within a transaction sees its changes. Its result is discarded, but it may fail. */
async function look(statement: StatementText, { sql, script, changed }: Context): Promise<number> {
  const { evaluation, parameters } = script;
  await evaluation.run(await evaluation.plan(inPlace(sql, statement), parameters), rowsSeen(changed));
  return 0;
}

async function insert(statement: StatementText, { sql, script, changed }: Context): Promise<number> {
  const { evaluation, parameters } = script;
  const where = placeOf(sql, statement.at);
  const cut = /^insert\s+(?:into\s+)?`([^`]+)`\s*\(([^()]*)\)\s*(?=(?:select|with)\b)/i.exec(statement.text);
  if (!cut) throw unable(`run an INSERT at ${where} but of the form INSERT INTO \`t\` (a, b) SELECT …`);
  await evaluation.plan(inPlace(sql, statement), parameters);
  const table = target(cut[1] ?? '', { script, where });
  const columns = (cut[2] ?? '').split(',').map((name) => named(name.trim().replaceAll('`', ''), table));
  const select = { text: statement.text.slice(cut[0].length), at: statement.at + cut[0].length };
  const plan = await evaluation.plan(inPlace(sql, select), parameters);
  const seen = rowsSeen(changed);
  const { fields, rows } = await evaluation.run(plan, seen);
  const added = rows.map((cells) =>
    addedRow(
      columns.map(({ name, type }, at) => [
        name,
        assigned(cells[at] ?? null, { from: fields[at]?.type ?? 'string', to: type, where }),
      ]),
      table,
    ),
  );
  for (const { name, required } of table.fields) {
    if (required && added.some(({ values }) => (values[name] ?? null) === null)) {
      throw new Refusal('invalidQuery', `Required field ${name} cannot be null`);
    }
  }
  const address = { dataset: table.dataset, table: table.id };
  const placed = added.map((row) => place(row, { table, address, storage: script.storage }));
  changed.set(`${table.dataset}.${table.id}`, [...seen(table), ...placed]);
  return added.length;
}

/** A row; the time of its partition, if it is named, decides where it is placed. */
function addedRow(cells: readonly (readonly [string, Value])[], { partitioning }: Table): StoredRow {
  const values = Object.fromEntries(cells.filter(([name]) => name !== PARTITION_TIME));
  const time = cells.find(([name]) => name === PARTITION_TIME);
  return { values, ...(time && partitioning && { partition: partitionBeginningAt(time[1], partitioning) }) };
}

async function remove(statement: StatementText, { sql, script, changed }: Context): Promise<number> {
  const { evaluation, parameters } = script;
  const where = placeOf(sql, statement.at);
  const cut = /^delete\s+(?:from\s+)?(`([^`]+)`(?:\s+(?:as\s+)?(?!where\b)[a-z_]\w*)?)\s+where\s+([\s\S]+)$/i.exec(
    statement.text,
  );
  const [, from = '', name = '', condition = ''] = cut ?? [];
  const plan = await evaluation.plan(inPlace(sql, statement), parameters);
  if (!cut) throw unable(`run a DELETE at ${where} but of the form DELETE FROM \`t\` WHERE …`);
  const table = target(name, { script, where });
  const seen = rowsSeen(changed);
  const deleted = await evaluation.ordinalsWhere(plan, { table: name, from, condition, rowsOf: seen });
  changed.set(
    `${table.dataset}.${table.id}`,
    seen(table).filter((_row, at) => !deleted.has(at)),
  );
  return deleted.size;
}

function target(path: string, { script, where }: { script: Script; where: string }): Table {
  const table = script.storage.table(addressIn(path, script.storage.projectId));
  if (table.view !== undefined) throw new Refusal('invalidQuery', `Cannot modify the view ${path} at ${where}`);
  return table;
}

function named(name: string, table: Table): { name: string; type: ColumnType } {
  if (hasPartitionTime(table) && name.toUpperCase() === PARTITION_TIME)
    return { name: PARTITION_TIME, type: 'timestamp' };
  const field = table.fields.find((known) => known.name.toLowerCase() === name.toLowerCase());
  if (!field) throw new Refusal('invalidQuery', `Column ${name} is not present in table ${table.dataset}.${table.id}`);
  return field;
}

interface Assignment {
  readonly from: ColumnType;
  readonly to: ColumnType;
  readonly where: string;
}

/** The analyzer has accepted the statement, so a different type is a literal or a number that can be converted. */
function assigned(value: Value, { from, to, where }: Assignment): Value {
  if (value === null || from === to) return value;
  try {
    const isWider = from === 'int64' || from === 'numeric' || from === 'string';
    if (isWider) return readCell(String(value), to);
  } catch (error) {
    if (!(error instanceof WrongValue)) throw error;
  }
  throw unable(`assign ${typeNameOf(from)} to ${typeNameOf(to)} in the statement at ${where}`);
}
