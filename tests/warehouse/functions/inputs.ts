import type { InputsByName } from './inputs/arbitrary.ts';
import { HASH_INPUTS } from './inputs/hashes.ts';
import { LIST_INPUTS } from './inputs/lists.ts';
import { NUMERIC_INPUTS } from './inputs/numeric.ts';
import { SEAL_INPUTS } from './inputs/seals.ts';
import { SHARE_INPUTS } from './inputs/shares.ts';
import { SPLIT_INPUTS } from './inputs/splits.ts';
import { TEXT_INPUTS } from './inputs/texts.ts';
import { TIME_INPUTS } from './inputs/time.ts';

/** The test inputs of each function, by its name. A function without inputs fails the agreement test. */
export const INPUTS: InputsByName = {
  ...TIME_INPUTS,
  ...NUMERIC_INPUTS,
  ...SHARE_INPUTS,
  ...SPLIT_INPUTS,
  ...LIST_INPUTS,
  ...TEXT_INPUTS,
  ...HASH_INPUTS,
  ...SEAL_INPUTS,
};
