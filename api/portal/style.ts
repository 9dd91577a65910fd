import { readFileSync } from 'node:fs';
import { sha256Hex } from '../../warehouse/ids.ts';

export const ASSETS = '/assets/';
/** The `cache-control` of what never changes at its address. */
export const FOREVER = 'public, max-age=31536000, immutable';

interface Asset {
  readonly path: string;
  readonly type: 'text/css' | 'text/javascript';
  readonly text: string;
}

/** A file of `assets/`, whose address changes with its content, so that it may be cached for ever. */
function assetOf(name: string, { extension, type }: { extension: string; type: Asset['type'] }): Asset {
  const text = readFileSync(new URL(`./assets/${name}.${extension}`, import.meta.url), 'utf8');
  return { path: `${ASSETS}${name}-${sha256Hex(text).slice(0, 12)}.${extension}`, type, text };
}

const styleOf = (name: string): Asset => assetOf(name, { extension: 'css', type: 'text/css' });
const scriptOf = (name: string): Asset => assetOf(name, { extension: 'js', type: 'text/javascript' });

/** The stylesheet of all pages, and that of the one page which another program draws. */
export const STYLES = { pages: styleOf('style'), reference: styleOf('reference') };

/** The scripts, for what a page cannot do without: following runs, asking the browser for a passkey, and Scalar. Other pages work without them. */
export const SCRIPTS = { runs: scriptOf('runs'), passkey: scriptOf('passkey'), reference: scriptOf('reference') };
