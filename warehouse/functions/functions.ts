import type { SqlFunction } from './function.ts';
import * as hashes from './hashes.ts';
import * as lists from './lists.ts';
import * as numeric from './numeric.ts';
import * as seals from './seals.ts';
import * as splits from './splits.ts';
import * as texts from './texts.ts';
import * as time from './time.ts';

/** Every SQL function that a model may call as `fn.<name>(…)`. */
export const FUNCTIONS: readonly SqlFunction[] = [
  ...Object.values(time),
  ...Object.values(numeric),
  ...Object.values(splits),
  ...Object.values(lists),
  ...Object.values(texts),
  ...Object.values(hashes),
  ...Object.values(seals),
];
