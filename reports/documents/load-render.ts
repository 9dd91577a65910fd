import { invariant } from '../../warehouse/invariant.ts';
import type { Render } from './store.ts';

/** The default export of a render entry, the address of a module. It is loaded once. */
export async function loadRender(entry: string): Promise<Render<unknown>> {
  const { default: render } = (await import(entry)) as { default?: unknown };
  invariant(typeof render === 'function', `${entry} must export by default how a document is rendered.`);
  return render as Render<unknown>;
}
