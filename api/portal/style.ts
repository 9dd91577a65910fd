import { readFileSync } from 'node:fs';
import { sha256Hex } from '../../warehouse/ids.ts';

/** The one stylesheet, whose address changes with its content, so that it may be cached for ever. */
export const STYLE = readFileSync(new URL('./assets/style.css', import.meta.url), 'utf8');
export const ASSETS = '/assets/';
export const STYLE_PATH = `${ASSETS}style-${sha256Hex(STYLE).slice(0, 12)}.css`;

/** The scripts, for what a page cannot do without: following runs, and asking the browser for a passkey. Pages work without them. */
const scriptOf = (name: string): { readonly path: string; readonly text: string } => {
  const text = readFileSync(new URL(`./assets/${name}.js`, import.meta.url), 'utf8');
  return { path: `${ASSETS}${name}-${sha256Hex(text).slice(0, 12)}.js`, text };
};
export const SCRIPTS = { runs: scriptOf('runs'), passkey: scriptOf('passkey') };
