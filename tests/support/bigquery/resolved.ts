import type { ResolvedNode } from '../googlesql/evaluator.ts';

/** The tables that a resolved statement reads. */

interface ResolvedColumn {
  readonly column_id: string;
  readonly name: string;
  readonly type: { readonly type_kind: string };
}

/** One scan of a table in a statement, with the columns that it uses. */
export interface Scan {
  readonly table: string;
  readonly columns: readonly ResolvedColumn[];
}

export interface OutputColumn {
  readonly name: string;
  readonly column: ResolvedColumn;
}

/** The columns of a query, or undefined for another statement. */
export function outputOf(statement: ResolvedNode): readonly OutputColumn[] | undefined {
  const query = statement.resolved_query_stmt_node as { output_column_list?: readonly OutputColumn[] } | undefined;
  return query && (query.output_column_list ?? []);
}

export function scansOf(statement: ResolvedNode): Scan[] {
  return found<TableScan>(statement, 'resolved_table_scan_node').map(({ table, parent }) => ({
    table: table.name,
    columns: parent.column_list ?? [],
  }));
}

interface TableScan {
  readonly table: { readonly name: string };
  readonly parent: { readonly column_list?: readonly ResolvedColumn[] };
}

/** Every node under the key, at any depth. */
function found<T>(node: unknown, key: string, nodes: T[] = []): T[] {
  if (typeof node !== 'object' || node === null) return nodes;
  for (const [name, member] of Object.entries(node)) {
    if (name === key) nodes.push(member as T);
    found(member, key, nodes);
  }
  return nodes;
}

/**
 * Whether a condition of the statement compares the column of this scan with a constant of the query, so that
 * partitions can be skipped. The column may be passed through a subquery, a union or a `with`, under its own name.
 */
export function isConstrained(statement: ResolvedNode, scan: Scan, column: string): boolean {
  const scanned = new Set(scansOf(statement).flatMap(({ columns }) => columns.map(({ column_id }) => column_id)));
  const own = new Set(scan.columns.map(({ column_id }) => column_id));
  const isIt = (ref: ResolvedColumn): boolean =>
    ref.name.toLowerCase() === column.toLowerCase() && (own.has(ref.column_id) || !scanned.has(ref.column_id));
  return conditionsOf(statement).some((condition) => constrains(condition, isIt));
}

function conditionsOf(statement: ResolvedNode): unknown[] {
  return [
    ...found<{ filter_expr: unknown }>(statement, 'resolved_filter_scan_node').map((node) => node.filter_expr),
    ...found<{ join_expr: unknown }>(statement, 'resolved_join_scan_node').map((node) => node.join_expr),
    ...found<{ where_expr: unknown }>(statement, 'resolved_delete_stmt_node').map((node) => node.where_expr),
  ];
}

type IsColumn = (ref: ResolvedColumn) => boolean;

const COMPARISONS = ['equal', 'less', 'less_or_equal', 'greater', 'greater_or_equal', 'between', 'in', 'in_array'];

function constrains(expression: unknown, isIt: IsColumn): boolean {
  const call = callOf(expression);
  if (!call) return false;
  if (call.name === 'and') return call.parts.some((part) => constrains(part, isIt));
  if (call.name === 'or') return call.parts.every((part) => constrains(part, isIt));
  if (!COMPARISONS.includes(call.name)) return false;
  const bare = call.parts.filter((part) => isColumn(part, isIt));
  return bare.length === 1 && call.parts.every((part) => bare.includes(part) || isConstant(part));
}

interface Call {
  readonly name: string;
  readonly parts: readonly unknown[];
}

interface FunctionCall {
  readonly parent: { readonly function: { readonly name: string }; readonly argument_list?: readonly unknown[] };
}

function callOf(expression: unknown): Call | undefined {
  const base = (expression as { resolved_function_call_base_node?: { resolved_function_call_node?: FunctionCall } })
    ?.resolved_function_call_base_node?.resolved_function_call_node;
  return base && { name: base.parent.function.name.replace('ZetaSQL:$', ''), parts: base.parent.argument_list ?? [] };
}

/** The column itself, or a conversion of it to a date or another type. */
function isColumn(expression: unknown, isIt: IsColumn): boolean {
  const { resolved_column_ref_node: ref, resolved_cast_node: cast } = expression as {
    resolved_column_ref_node?: { column: ResolvedColumn };
    resolved_cast_node?: { expr: unknown };
  };
  if (ref) return isIt(ref.column);
  if (cast) return isColumn(cast.expr, isIt);
  const call = callOf(expression);
  if (!call || !/^ZetaSQL:(date|timestamp_trunc|date_trunc)$/.test(call.name)) return false;
  return isColumn(call.parts[0], isIt) && call.parts.slice(1).every(isConstant);
}

function isConstant(expression: unknown): boolean {
  return ['resolved_column_ref_node', 'resolved_subquery_expr_node'].every(
    (key) => found(expression, key).length === 0,
  );
}
