import { readFileSync } from 'node:fs';
import { sha256Hex } from '../../warehouse/ids.ts';

/** The one stylesheet, whose address changes with its content, so that it may be cached for ever. */
export const STYLE = readFileSync(new URL('./assets/style.css', import.meta.url), 'utf8');
export const ASSETS = '/assets/';
export const STYLE_PATH = `${ASSETS}style-${sha256Hex(STYLE).slice(0, 12)}.css`;

/** Follows the runs of jobs that a page shows; pages work without it. */
export const SCRIPT = readFileSync(new URL('./assets/runs.js', import.meta.url), 'utf8');
export const SCRIPT_PATH = `${ASSETS}runs-${sha256Hex(SCRIPT).slice(0, 12)}.js`;
