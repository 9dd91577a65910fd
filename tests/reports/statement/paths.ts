import type { StatementDocument } from '../../../reports/statement/document.ts';

/** A copy with one value replaced, at a path such as `lines.0.amount`. */
export function changed(document: StatementDocument, path: string, to: (value: unknown) => unknown): StatementDocument {
  const copy = structuredClone(document);
  const names = path.split('.');
  const parent = names.slice(0, -1).reduce<object>((value, name) => Reflect.get(value, name), copy);
  const name = names.at(-1) as string;
  Reflect.set(parent, name, to(Reflect.get(parent, name)));
  return copy;
}

/** The value at a path. */
export const valueAt = (document: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((value, name) => Reflect.get(Object(value), name), document);

/** The paths of every value in a document that is no object. */
export function pathsOf(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([name, item]) => pathsOf(item, path ? `${path}.${name}` : name));
}
